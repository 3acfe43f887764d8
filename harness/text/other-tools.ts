/** Words of other load testers and ours for the same thing, for messages about a word that is not known here. */

/** A word of another tool. */
interface OtherWord {
  readonly tool: string
  /** The word here, as it is written. */
  readonly ours: string
}

const word = (tool: string, ours: string): OtherWord => ({ tool, ours })

const METRICS: ReadonlyMap<string, OtherWord> = new Map([
  ['http_req_duration', word('k6', 'service_time')],
  ['http_req_waiting', word('k6', 'ttfb')],
  ['http_req_connecting', word('k6', 'connect_time')],
  ['http_req_tls_handshaking', word('k6', 'connect_time')],
  ['http_req_blocked', word('k6', 'start_delay')],
  ['http_req_failed', word('k6', 'error_ratio')],
  ['http_reqs', word('k6', 'requests')],
  ['iteration_duration', word('k6', 'response_time')],
  ['dropped_iterations', word('k6', 'drop_ratio')],
  ['vus', word('k6', 'active_agents')],
  ['data_sent', word('k6', 'bytes_sent')],
  ['data_received', word('k6', 'bytes_received')],
  ['http.response_time', word('Artillery', 'response_time')],
  ['http.request_rate', word('Artillery', 'throughput')],
  ['vusers.created', word('Artillery', 'iterations')],
  ['responsetime', word('Gatling', 'response_time')],
  ['failedrequests', word('Gatling', 'error_ratio')],
])

const FUNCTIONS: ReadonlyMap<string, OtherWord> = new Map([
  ['avg', word('k6', 'mean')],
  ['med', word('k6', 'p50')],
  ['median', word('Artillery', 'p50')],
  ['percentile', word('Gatling', 'p95')],
])

const KEYS: ReadonlyMap<string, OtherWord> = new Map([
  ['vus', word('k6', 'agents')],
  ['stages', word('k6', 'curve')],
  ['thresholds', word('k6', 'objectives')],
  ['executor', word('k6', 'pattern')],
  ['preAllocatedVUs', word('k6', 'agents')],
  ['maxVUs', word('k6', 'agents')],
  ['sleep', word('k6', 'think')],
  ['checks', word('k6', 'expect')],
  ['tags', word('k6', 'step')],
  ['exec', word('k6', 'journeys')],
  ['abortOnFail', word('k6', 'abort')],
  ['phases', word('Artillery', 'workload')],
  ['arrivalRate', word('Artillery', 'rate')],
  ['rampTo', word('Artillery', 'curve')],
  ['maxVusers', word('Artillery', 'agents')],
  ['scenarios', word('Artillery', 'journeys')],
  ['flow', word('Artillery', 'steps')],
  ['capture', word('Artillery', 'extract')],
  ['payload', word('Artillery', 'data')],
  ['ensure', word('Artillery', 'objectives')],
  ['match', word('Artillery', 'expect')],
  ['assertions', word('Gatling', 'objectives')],
  ['feed', word('Gatling', 'data')],
  ['pause', word('Gatling', 'think')],
  ['wait_time', word('Locust', 'think')],
  ['on_start', word('Locust', 'login')],
  ['users', word('Locust', 'agents')],
  ['spawn_rate', word('Locust', 'joinRate')],
  ['threads', word('JMeter', 'agents')],
  ['samplers', word('JMeter', 'steps')],
])

/** Words by kind, for the manual. */
export const OTHER_WORDS: ReadonlyMap<string, OtherWord> = new Map([...METRICS, ...FUNCTIONS, ...KEYS])

/** Returns our name for a metric of another tool; undefined for none. */
export function metricElsewhere(name: string): OtherWord | undefined {
  return (
    METRICS.get(name) ??
    METRICS.get(name.toLowerCase()) ??
    METRICS.get(name.replace(/\.(?:p\d+|min|max|mean|median)$/, ''))
  )
}

/** Returns our name for a function of another tool; undefined for none. */
export function functionElsewhere(name: string): OtherWord | undefined {
  return FUNCTIONS.get(name)
}

/** Returns our key for a key of another tool; undefined for none. */
export function keyElsewhere(name: string): OtherWord | undefined {
  return KEYS.get(name)
}

/** Says what a word of another tool is here. */
export function elsewhereText({ tool, ours }: OtherWord): string {
  return `what ${tool} calls so is ${ours} here`
}

/** A threshold of k6, with or without its metric: `p(95)<500`, `http_req_duration: avg < 200`. */
const THRESHOLD =
  /^(?:["']?([\w.]+)["']?\s*:\s*)?["'[]*(p\(\s*([\d.]+)\s*\)|avg|med|min|max|rate|count)\s*(<=|>=|<|>)\s*([\d.]+)["'\]]*$/

/** Writes a threshold of k6 as an objective; undefined for a text that is none. */
export function thresholdHere(text: string): string | undefined {
  const [, metric = '', fn = '', percentile, op = '', bound = ''] = THRESHOLD.exec(text.trim()) ?? []
  if (op === '') return undefined
  if (fn === 'rate')
    return `${metricElsewhere(metric)?.ours ?? 'error_ratio'} ${op} ${Number((Number(bound) * 100).toPrecision(6))}%`
  const name = percentile === undefined ? (FUNCTIONS.get(fn)?.ours ?? fn) : `p${percentile}`
  const ours = metricElsewhere(metric)?.ours ?? (fn === 'count' ? 'requests' : 'response_time')
  return `${name}(${ours}) ${op} ${bound}${fn === 'count' ? '' : 'ms'}`
}
