/**
 * Gives memory outside the collector's heap back that will not be read again. The collector seldom
 * looks at it: left to it, the bytes of pages would pile up to a multiple of all else.
 */
export function release({ buffer, byteLength }: NodeJS.ArrayBufferView): void {
  // A small one lies in a buffer that others have a part in. Node has `transfer` from 21 on.
  if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer?.(0);
}
