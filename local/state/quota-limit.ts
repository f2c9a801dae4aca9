/** A limit of a quota, as Monitoring shows it. @see https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-serviceruntime */
export type QuotaLimit = {
  /** `secretmanager.googleapis.com` */
  service: string;
  /** `secretmanager.googleapis.com/read_requests` */
  quotaMetric: string;
  limitName: string;
  value: number;
};
