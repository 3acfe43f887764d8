/** Rules about what the code of one agent did at once. */
import { formatAmount, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { AGENT_REQUESTS_MAX, THREAD_REQUESTS_MAX } from '../../model/generator-limits.ts'
import type { JourneyConcurrency } from '../../model/interval-snapshot.ts'
import { VALIDITY_LIMITS } from '../instrument-signs.ts'
import type { RecordView } from '../record-view.ts'
import { type Rule, reason } from './rule.ts'

/** Code that asked for more than it may have at once: another load was sent than it describes. */
export const tooManyAtOnce: Rule = (view) => {
  const worst = worstOf(view, ({ refused }) => refused)
  if (worst === null) return null
  const { journey, requestsMax } = worst
  const most = formatCount(requestsMax)
  const whose =
    requestsMax < AGENT_REQUESTS_MAX
      ? `up to ${most} requests of one agent, and a thread ${formatCount(THREAD_REQUESTS_MAX)} of all its agents,`
      : `${most} requests of one agent`
  return reason(
    'TOO_MANY_AT_ONCE',
    `journey '${journey}' had ${whose} in flight at once: a missing \`await\`? No more are sent: what its code asked for beyond them got an error; await each request, or send them in parts of a few with Promise.all`,
    { ...worst },
  )
}

/** Legitimate for what nobody waits for, a beacon; more often forgotten. */
export const notAwaited: Rule = (view) => {
  const worst = worstOf(view, ({ notAwaited }) => notAwaited)
  if (worst === null) return null
  const { journey, requestsMax, notAwaited: amount } = worst
  return reason(
    'NOT_AWAITED',
    `the code of journey '${journey}' ended while ${formatAmount(amount, 'request')} of it, up to ${formatCount(requestsMax)} of one agent at once, had no answer yet: a missing \`await\`? Each was timed, and the agent waited for the answer before its next journey`,
    { ...worst },
    'warning',
  )
}

/** Agents waited for themselves, as users of a browser do for a page of many parts; nobody else made them wait. */
export const ownWaits: Rule = (view) => {
  const { ownWaits: waits, ownWaitMs } = view.dispatch
  const { started } = view.counts({})
  if (waits === 0 || waits / started <= VALIDITY_LIMITS.ownWaitsRatio) return null
  const { connectionsPerAgent } = view.plan
  const meanMs = ownWaitMs / waits
  return reason(
    'AGENT_CONNECTIONS_BUSY',
    `${formatRatio(waits / started)} of the requests waited, ${formatDurationMs(meanMs)} on average, because other requests of their own agent held every connection (with HTTP/2: stream) it may have; their wait is in the response time, as in a browser; send fewer at once, or raise connectionsPerAgent (${connectionsPerAgent})`,
    { waits, started, meanMs, connectionsPerAgent },
    'warning',
  )
}

/** Returns the measured journey with the most of something; null when none has any. */
function worstOf(
  view: RecordView,
  amountOf: (concurrency: JourneyConcurrency) => number,
): JourneyConcurrency | null {
  const [worst] = view
    .ofMeasured(view.record.concurrency)
    .filter((each) => amountOf(each) > 0)
    .sort((a, b) => amountOf(b) - amountOf(a))
  return worst ?? null
}
