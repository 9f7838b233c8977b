/** The four analyses as plain numbers, read once: the terminal and the page show the same ones. */
export interface Analyses {
  readonly overview: Overview;
  readonly funnel: readonly FunnelStep[];
  readonly visitors: readonly Visitors[];
  readonly mix: readonly ClassTotal[];
  readonly mixByWeek: readonly WeekShare[];
  readonly switches: Switches;
  readonly cohorts: readonly CohortCell[];
  readonly flags: readonly Flag[];
  readonly prefill: readonly PrefillSlice[];
  readonly stages: readonly Stage[];
  readonly reasons: readonly Reason[];
  readonly recoveries: readonly WeekRecovery[];
  readonly pincodes: readonly Pincode[];
  readonly findings: readonly Finding[];
}

export interface Overview {
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  readonly checkouts: number;
  readonly converted: number;
  readonly orders: number;
  readonly rupees: number;
  readonly carts: number;
}

export interface FunnelStep {
  readonly step: string;
  readonly reached: number;
  readonly leftHere: number;
  readonly stepConversion: number | null;
  readonly overallConversion: number | null;
  readonly medianSeconds: number | null;
  readonly timed: number;
}

export interface Visitors {
  readonly by: 'device' | 'source' | 'shopper';
  readonly value: string;
  readonly checkouts: number;
  readonly conversion: number | null;
}

export interface ClassTotal {
  readonly paymentClass: string;
  readonly orders: number;
  readonly share: number | null;
  readonly rupees: number;
  readonly codCharges: number;
  /** Over orders that are old enough; null when none is. */
  readonly rtoRate: number | null;
  readonly matureShipped: number;
}

export interface WeekShare {
  readonly week: string;
  readonly paymentClass: string;
  readonly orders: number;
  readonly share: number;
}

export interface Switches {
  readonly codToPrepaid: number;
  readonly prepaidToCod: number;
  readonly steered: number;
  readonly steeredToPrepaid: number;
}

export interface CohortCell {
  readonly paymentClass: string;
  readonly week: string;
  readonly ageDays: number;
  readonly shipped: number;
  readonly rto: number;
  readonly open: number;
  readonly rate: number | null;
  readonly isMature: boolean;
}

export interface Flag {
  readonly flag: string;
  readonly orders: number;
  readonly rto: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface PrefillSlice {
  readonly slice: string;
  readonly value: string;
  readonly cases: number;
  readonly conversion: number | null;
  readonly difference: number | null;
  readonly margin: number | null;
  readonly medianSeconds: number | null;
  readonly timed: number;
}

export interface Stage {
  readonly stage: string;
  readonly carts: number;
  readonly value: number;
  readonly recovered: number;
  readonly recoveredRupees: number;
  readonly rate: number | null;
  readonly medianHours: number | null;
}

export interface Reason {
  readonly reason: string;
  readonly carts: number;
  readonly share: number | null;
}

export interface WeekRecovery {
  readonly week: string;
  readonly carts: number;
  readonly recovered: number;
  readonly rate: number | null;
  readonly isMature: boolean;
}

export interface Pincode {
  readonly pincode: string;
  readonly city: string;
  readonly orders: number;
  readonly shipped: number;
  readonly rto: number;
  readonly weighedRate: number | null;
}

export interface Finding {
  readonly finding: string;
  readonly payments: number;
  readonly rupees: number;
}
