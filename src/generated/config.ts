// Generated from schemas/ by scripts/generate.ts; do not edit.
export interface GokwikConfig {
  /**
   * Production is https://api.gokwik.co, the sandbox is https://sandbox.gokwik.co; another address (a proxy) is possible. A merchant account belongs to one environment only: with the wrong one GoKwik answers "Merchant not registered!". Ask your GoKwik account manager if in doubt.
   */
  base_url: string;
  /**
   * In the GoKwik dashboard under Settings → API Credentials (in other versions of the dashboard: Integrations → App Settings). It must come from the same environment as the base URL. Spaces around a pasted value are removed. Without API access, enter none here and as the secret: then only files are read.
   */
  app_id: string;
  /**
   * Beside the App ID in the GoKwik dashboard: Settings → API Credentials, or Integrations → App Settings. Enter it anew here when it is rotated in GoKwik. Spaces around a pasted value are removed. Without API access, enter none.
   */
  app_secret: string;
  /**
   * The first day to read, in India time. An earlier date set later fetches the missing history at the next sync.
   */
  start_date: string;
  /**
   * How many days before its last position each sync reads again, to catch what changed late. Raise it when RTOs, returns or abandoned-cart recoveries land later than 30 days after the order. The cost: a larger lookback re-reads more at every sync, in requests and in rows, which the destination de-duplicates by key. A change takes effect at the next sync.
   */
  lookback_days: number;
  /**
   * How many hours a lookback that was read need not be read again. 0: every sync reads it. With 24, it is read once a day, and the syncs between read only what is new, less a day. For frequent syncs: late changes then arrive a day later at most, for a fraction of the requests and rows. A change takes effect at the next sync.
   */
  lookback_every_hours: number;
  /**
   * The last day to read, in India time, that day included. For loading history in ranges; leave it empty to read up to now.
   */
  end_date?: string;
  /**
   * GoKwik's id of the merchant (mid), about a dozen lower-case letters and digits. Optional: when set, it is sent with the requests of the merchant API. Your GoKwik account manager knows it, and whether your account needs it.
   */
  merchant_id?: string;
  /**
   * API token of Return Prime, the sister product for returns and exchanges, from the Return Prime dashboard. The returns stream exists only when this is set. It is sent to Return Prime alone.
   */
  return_prime_token?: string;
  /**
   * For several brands in one table: every row of every stream gets a column merchant with this label. Letters, digits, _ and -. Decide before the first sync: a stream that was read under another label is refused until it is reset.
   */
  merchant_label?: string;
  /**
   * Makes the label the first part of every record_key, so that rows of two brands can never meet. Decide before the first sync, and keep it and the label afterwards: with other keys, all rows would come a second time.
   */
  merchant_label_in_key: boolean;
  /**
   * Tokens and passwords for hosts that api_profile adds, such as your own data service or a partner's API. The profile names them as {name}; each is sent to its host alone.
   */
  secrets?: {
    /**
     * What api_profile calls it: lower-case letters, digits and _, such as shop_token for {shop_token}.
     */
    name: string;
    /**
     * The token or password itself.
     */
    value: string;
    /**
     * The only host it may be sent to, without https:// and path.
     */
    host: string;
    [k: string]: unknown;
  }[];
  /**
   * What becomes of phones, e-mails, names, addresses, IPs, devices, bank, card and identity numbers, births and cart links: by the names of fields and by what they hold. plain: passed on as they are. hash: replaced by an HMAC-SHA-256 under the hash key, so that values still join across streams and syncs; needs the hash key. drop: removed. PIN code, city and state stay, RTO analysis needs them. Not promised: a name alone in free text, or what looks like nothing personal. After a change, refresh the streams, or old rows keep the old form.
   */
  pii_mode: 'plain' | 'hash' | 'drop';
  /**
   * Key of the HMAC-SHA-256 when personal data is hashed: random, known to you alone. Make one with `openssl rand -hex 32`; one that can be guessed is refused. Keep it: with another key the same phone number gets another hash, and no longer joins with rows read before.
   */
  pii_hash_key?: string;
  /**
   * Where personal data is hashed or dropped: what becomes of fields that neither the stream's schema nor `api_profile` names. search: hidden where their name or what they hold looks personal. drop: they are left out, with all that they hold.
   */
  pii_undeclared: 'search' | 'drop';
  /**
   * The time to read is cut into windows of this many days; progress is saved after each. Smaller windows lose less when a sync is interrupted, larger ones need fewer requests. An endpoint that takes less (shipments: 30 days) gets less.
   */
  window_days: number;
  /**
   * Windows read at the same time, over all streams.
   */
  concurrency: number;
  /**
   * The most requests sent per second. GoKwik publishes no limit; lower this when syncs report that GoKwik throttles them, and raise it only by agreement with GoKwik.
   */
  requests_per_second: number;
  /**
   * Changes to the connector's description of GoKwik's list endpoints, as JSON, merged over the default. GoKwik publishes no list API; when your account manager gives you other paths, parameters or field names, enter them here, for example {"streams":{"payments":{"path":"/v2/payment/list"}}}. A stream that your account does not have is switched off with {"streams":{"settlements":{"enabled":false}}}. The documentation lists every part.
   */
  api_profile?: string;
  /**
   * Reports of GoKwik's dashboard and captures of its webhooks, read into the same streams as the API: a way to start without API access, and to add history. An entry may be a whole folder: each file goes to the stream that it belongs to. Orders export (CSV, XLSX), settlement, transaction, abandoned carts and Checkout Analytics Funnel reports, and webhook payloads as JSON, also in gzip or zip. A file that was read is not read again unless it changed. Decide on files before the first sync of orders and settlements, and keep an entry for them afterwards: with files, orders are keyed by the shop's order id.
   */
  files?: {
    /**
     * A folder or a path inside the container, with * for any name, such as /local/gokwik or /local/gokwik/orders-*.csv (mount the folder); an https:// address, pre-signed ones included; or a place in one of file_stores, such as s3://bucket/folder/*.csv, gs://, azure://container/…, sftp://user@host/…, gdrive://folder id or gsheet://sheet id.
     */
    location: string;
    /**
     * Leave it empty to give each file to the stream that it belongs to, which is known by its columns or keys. With a name, only files of this stream are taken: orders, settlements, payments, refunds, abandoned_checkouts, shipments, checkout_funnel_daily, or one of your own with a shape.
     */
    stream?: string;
    /**
     * Of a table that the connector does not know, or knows otherwise, as JSON: which stream its rows are of (one of your own, too), its columns and their fields, the columns that it cannot be without, and how its dates are written, for example {"stream": "payments", "columns": {"Txn Id": "payment_id"}, "needs": ["Txn Id"], "dates": "month-first"}. The command probe --file suggests one. With dates alone it says how a known report writes its dates.
     */
    shape?: string;
    /**
     * fail: the stream ends with an error that names each of them, after the others were read. skip: they are passed over, counted and named in the log. Files that belong to no stream are always passed over.
     */
    unreadable: 'fail' | 'skip';
    /**
     * The name of the entry of file_stores by which the location is opened. Only needed where several entries could open it.
     */
    store?: string;
    [k: string]: unknown;
  }[];
  /**
   * Credentials for buckets, drives and servers that files lie in, each entry used by the locations that begin with its kind (s3://, gs://, azure://, sftp://, gdrive://, gsheet://).
   */
  file_stores?: (
    | {
        type: 's3';
        /**
         * What you call it, for messages and for files that name it.
         */
        name: string;
        /**
         * Of a user or role that may list the bucket and read its files (s3:ListBucket, s3:GetObject), and nothing else.
         */
        access_key_id: string;
        /**
         * The secret of the access key.
         */
        secret_access_key: string;
        /**
         * Of temporary keys, which expire: leave it empty for others.
         */
        session_token?: string;
        /**
         * Where the bucket is; auto for Cloudflare R2. Empty: us-east-1.
         */
        region?: string;
        /**
         * Empty for Amazon. Others give one, such as https://storage.googleapis.com or https://<account>.r2.cloudflarestorage.com.
         */
        endpoint?: string;
        [k: string]: unknown;
      }
    | {
        type: 'google';
        /**
         * What you call it, for messages and for files that name it.
         */
        name: string;
        /**
         * The JSON file of a key of a service account, whole. It needs the role Storage Object Viewer on the bucket, or that folder or sheet are shared with its address as a viewer, and nothing else.
         */
        service_account: string;
        /**
         * Empty for Google's own; another address only for a private endpoint.
         */
        endpoint?: string;
        [k: string]: unknown;
      }
    | {
        type: 'azure';
        /**
         * What you call it, for messages and for files that name it.
         */
        name: string;
        /**
         * The name of the storage account.
         */
        account: string;
        /**
         * Of the container, with the rights Read and List and an end. It opens nothing else, so it is the better one of the two.
         */
        sas_token?: string;
        /**
         * One of the two keys of the account. It opens all of the account.
         */
        account_key?: string;
        /**
         * Empty for <account>.blob.core.windows.net.
         */
        endpoint?: string;
        [k: string]: unknown;
      }
    | {
        type: 'sftp';
        /**
         * What you call it, for messages and for files that name it.
         */
        name: string;
        /**
         * The fingerprint of the server's key, as its operator gives it or ssh-keyscan HOST | ssh-keygen -lf - prints it. accept-any takes whichever server answers: then someone in between may read password and files.
         */
        host_key: string;
        /**
         * Of the user in the location.
         */
        password?: string;
        /**
         * The whole file of the key, as OpenSSH or PEM.
         */
        private_key?: string;
        /**
         * Of the private key, where it has one.
         */
        passphrase?: string;
        [k: string]: unknown;
      }
  )[];
  [k: string]: unknown;
}
