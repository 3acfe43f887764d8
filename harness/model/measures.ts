/**
 * The values that targets measure beside the common ones, in one list: targets of different protocols that measure the same thing
 * give it the same name. Each is a metric that objectives may name (`analysis/metrics/measure-metrics.ts`).
 */

/** A value that the drivers of some targets record. */
export interface Measure {
  readonly name: string
  readonly meaning: string
  /** distribution: it has percentiles; counter: amounts that are added up. */
  readonly kind: 'distribution' | 'counter'
  readonly unit: MeasureUnit
  readonly better: 'lower' | 'higher' | 'neither'
  /** True where an exchange has at most one value: it may stand in a joint condition (`slos`). */
  readonly once?: true
  /** The names that other tools give it, or that they give to something else. */
  readonly elsewhere?: string
}

export const MEASURE_UNITS = ['ms', 'count', 'bytes', '1/s'] as const
export type MeasureUnit = (typeof MEASURE_UNITS)[number]

/**
 * Returns the factor from a value to the whole number that is recorded of it, for histograms hold whole numbers: microseconds of
 * milliseconds, thousandths of a rate, and what is counted as it is.
 */
export function recordedPer(unit: string): number {
  return unit === 'ms' || unit === '1/s' ? 1000 : 1
}

const TIME = { kind: 'distribution', unit: 'ms', better: 'lower' } as const
const ONCE = { once: true } as const
const AMOUNT = { kind: 'distribution', unit: 'count', better: 'neither' } as const
const COUNTER = { kind: 'counter', unit: 'count', better: 'neither' } as const

/** The measures by name. */
export const MEASURES = named({
  settled_time: {
    ...TIME,
    ...ONCE,
    meaning: 'end of the attempt that was ok - intended start of the first attempt, of steps with retries',
    elsewhere: 'latency of pgbench --max-tries',
  },
  // databases
  rows: { ...AMOUNT, meaning: 'rows of an answer, read or changed' },
  transactions: { ...COUNTER, meaning: 'transactions that were committed' },
  command_time: { ...TIME, meaning: 'reply - sent, of each command of a pipeline or transaction' },
  hits: { ...COUNTER, meaning: 'reads that found a value' },
  misses: { ...COUNTER, meaning: 'reads that found none' },
  // conversations
  message_time: { ...TIME, meaning: 'matching message - the message sent that it answers' },
  message_gap: { ...TIME, meaning: 'time between two messages of a stream' },
  push_gap: { ...TIME, meaning: 'time between two messages that the server pushed' },
  ping_time: { ...TIME, meaning: 'pong - ping' },
  first_message_time: { ...TIME, ...ONCE, meaning: 'first message of an answer - sent' },
  headers_time: { ...TIME, ...ONCE, meaning: 'headers of an answer - sent' },
  messages_in: { ...COUNTER, meaning: 'messages received' },
  messages_out: { ...COUNTER, meaning: 'messages sent' },
  delivery_time: {
    ...TIME,
    meaning: 'message handed to its consumer - intended start: what the user of a queue waits',
  },
  transit_time: { ...TIME, meaning: 'message handed to its consumer - sent: what broker and consumer took' },
  messages_published: {
    ...COUNTER,
    meaning: 'messages that were acknowledged, or handed over where nobody acknowledges',
  },
  messages_delivered: { ...COUNTER, meaning: 'deliveries of messages for the first time' },
  inbox_overflow: { ...COUNTER, meaning: 'messages that were dropped because nobody read them' },
  // streams of events
  first_event_time: { ...TIME, ...ONCE, meaning: 'first event of a subscription - sent' },
  event_gap: { ...TIME, meaning: 'time between two events of a subscription' },
  event_age: {
    ...TIME,
    meaning: 'event received - the time that it says it was made, by the clock of the server',
  },
  events: { ...COUNTER, meaning: 'events received' },
  // files and commands
  reads: { ...COUNTER, meaning: 'read calls of a file system' },
  cached_reads: { ...COUNTER, meaning: 'read calls so fast that the page cache answered them' },
  child_cpu: { ...TIME, meaning: 'CPU time of a command' },
  // language models
  ttft: {
    ...TIME,
    ...ONCE,
    meaning: 'time to first token: first token - intended start',
    elsewhere: 'none; vLLM, AIPerf and GuideLLM count from sending: ttft_service',
  },
  ttft_service: {
    ...TIME,
    ...ONCE,
    meaning: 'first token - sent',
    elsewhere: 'TTFT of vLLM, AIPerf and GuideLLM',
  },
  ttfo: {
    ...TIME,
    ...ONCE,
    meaning: 'first token of the answer itself, after any reasoning - intended start',
    elsewhere: 'time_to_first_output_token_ms of GuideLLM, from sending',
  },
  inter_token_time: {
    ...TIME,
    meaning: 'time between two pieces of an answer that carry tokens',
    elsewhere: 'ITL of vLLM; the ITL of AIPerf and GuideLLM is (last - first) / (n - 1), one value an answer',
  },
  tpot: {
    ...TIME,
    ...ONCE,
    meaning:
      'time per output token: (last - first piece) / (tokens - those of the first piece), of one answer',
    elsewhere:
      'TPOT of vLLM and MLPerf, (done - first) / (n - 1); the TPOT of GuideLLM is (last - sent) / n, first token included',
  },
  output_rate: {
    ...ONCE,
    kind: 'distribution',
    unit: '1/s',
    better: 'higher',
    meaning: 'output tokens of one answer per second of its service time',
  },
  prompt_tokens: { ...AMOUNT, ...ONCE, meaning: 'tokens of a prompt, as the server counts them' },
  output_tokens: { ...AMOUNT, ...ONCE, meaning: 'tokens of an answer, as the server counts them' },
  cached_tokens: { ...AMOUNT, ...ONCE, meaning: 'tokens of a prompt that the server had in its cache' },
  reasoning_tokens: { ...AMOUNT, ...ONCE, meaning: 'tokens of reasoning in an answer' },
  // pages in a browser, since their navigation began
  ttfb_page: { ...TIME, ...ONCE, meaning: 'first byte of the document of a page' },
  fcp: { ...TIME, ...ONCE, meaning: 'first contentful paint of a page' },
  lcp: { ...TIME, ...ONCE, meaning: 'largest contentful paint of a page' },
  cls: { ...AMOUNT, ...ONCE, better: 'lower', meaning: 'cumulative layout shift of a page, in thousandths' },
  inp: { ...TIME, ...ONCE, meaning: 'interaction to next paint of a page that its user touched' },
  long_tasks: { ...AMOUNT, ...ONCE, better: 'lower', meaning: 'tasks of 50 ms or more in a page' },
  page_requests: { ...AMOUNT, ...ONCE, meaning: 'requests of a page, its own included' },
  page_bytes: { ...AMOUNT, ...ONCE, unit: 'bytes', meaning: 'bytes that a page received' },
  wanted_prompt_tokens: {
    ...AMOUNT,
    ...ONCE,
    meaning: 'tokens of a prompt, as the law of its length drew them',
  },
  wanted_output_tokens: {
    ...AMOUNT,
    ...ONCE,
    meaning: 'tokens of an answer, as the law of its length drew them',
  },
  token_pieces: { ...COUNTER, meaning: 'pieces of answers that carry tokens' },
  uncounted_answers: {
    ...COUNTER,
    meaning: 'answers whose tokens the server did not count: each of their pieces counts as one',
  },
})

/** Every measure, in the order in which they are listed. */
export const ALL_MEASURES: readonly Measure[] = Object.values(MEASURES)

function named<Name extends string>(
  rows: Readonly<Record<Name, Omit<Measure, 'name'>>>,
): Readonly<Record<Name, Measure>> {
  const entries = Object.entries<Omit<Measure, 'name'>>(rows).map(
    ([name, row]) => [name, { name, ...row }] as const,
  )
  return Object.fromEntries(entries) as Record<Name, Measure>
}
