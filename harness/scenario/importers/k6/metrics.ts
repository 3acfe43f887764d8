/** The metrics of k6 and their counterparts here. */

export interface Counterpart {
  readonly metric: string
  readonly kind: 'time' | 'ratio' | 'count'
  /** True where k6 counts what passed, and we what failed. */
  readonly isInverse?: boolean
  readonly isBytes?: boolean
}

export const METRICS_OF_K6: ReadonlyMap<string, Counterpart> = new Map<string, Counterpart>([
  // Sending, waiting and receiving, without the wait for a connection.
  ['http_req_duration', { metric: 'service_time', kind: 'time' }],
  ['http_req_waiting', { metric: 'ttfb', kind: 'time' }],
  ['http_req_connecting', { metric: 'connect_time', kind: 'time' }],
  ['http_req_tls_handshaking', { metric: 'connect_time', kind: 'time' }],
  ['http_req_blocked', { metric: 'start_delay', kind: 'time' }],
  ['http_req_failed', { metric: 'error_ratio', kind: 'ratio' }],
  ['checks', { metric: 'failed_ratio', kind: 'ratio', isInverse: true }],
  ['http_reqs', { metric: 'requests', kind: 'count' }],
  ['iterations', { metric: 'iterations', kind: 'count' }],
  ['data_sent', { metric: 'bytes_sent', kind: 'count', isBytes: true }],
  ['data_received', { metric: 'bytes_received', kind: 'count', isBytes: true }],
])
