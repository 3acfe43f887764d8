import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Bridge } from './bridge.ts'
import { answerControl, CONTROL_PREFIX } from './control.ts'
import type { FaultInjector } from './fault-injector.ts'
import { MODEL_PREFIX, type ScriptedModel } from './model.ts'
import { breakOffReply, type Reply, sendReply } from './reply.ts'
import type { RouteMatch, RouteTable } from './routes.ts'
import type { ComponentTime, RequestClass, Truth, UnansweredReason } from './truth.ts'

/** The parts that the listener connects. `pages` answers paths that are no operation. */
export interface ListenerTools {
  readonly clock: Clock
  readonly truth: Truth
  readonly faults: FaultInjector
  readonly bridge: Bridge
  readonly routes: RouteTable
  readonly pages: (path: string) => Reply | null
  /** Null when there is no language model. */
  readonly model: ScriptedModel | null
}

/** One request until its answer is out; what the truth will say of it. */
interface Visit {
  readonly class: RequestClass
  readonly seenMs: number
  times: readonly ComponentTime[]
  /** The reason to record if the answer stays incomplete. */
  unanswered: UnansweredReason
}

/** Answers every request of the sandbox. */
export function createListener(tools: ListenerTools): RequestListener {
  return (request, response) => {
    const seenMs = tools.clock.nowMs()
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const answered = path.startsWith(CONTROL_PREFIX)
      ? answerControl(request, path, tools).then((reply) => sendReply(response, reply))
      : answerVisitor(tools, request, response, { path, seenMs })
    answered.catch((thrown) => sendReply(response, { status: 500, value: { error: messageOf(thrown) } }))
  }
}

async function answerVisitor(
  tools: ListenerTools,
  request: IncomingMessage,
  response: ServerResponse,
  { path, seenMs }: { readonly path: string; readonly seenMs: number },
): Promise<void> {
  // Reset rather than a closed listener: the control routes live on the same port and must stay reachable.
  if (tools.faults.current.refuse === true) {
    tools.truth.recordUnanswered('refused')
    request.socket.resetAndDestroy()
    return
  }
  if (tools.model !== null && path.startsWith(MODEL_PREFIX)) {
    const visit: Visit = { class: 'chat', seenMs, times: [], unanswered: 'aborted' }
    recordWhenOver(tools, response, visit)
    visit.unanswered = await tools.model.answer(request, response, path, seenMs)
    return
  }
  request.resume()
  const match = tools.routes.find(path)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const isOperation = match !== null && match.route.method === method
  const visit: Visit = {
    class: isOperation ? match.route.class : 'page',
    seenMs,
    times: [],
    unanswered: 'aborted',
  }
  recordWhenOver(tools, response, visit)
  if (isOperation) await answerOperation(tools, match, response, visit)
  else if (match !== null) sendReply(response, wrongMethod(match))
  else sendReply(response, tools.pages(path) ?? notFound(path))
}

async function answerOperation(
  { bridge, clock }: ListenerTools,
  match: RouteMatch,
  response: ServerResponse,
  visit: Visit,
): Promise<void> {
  const run = await bridge.run(match, visit.seenMs)
  visit.times = run.times
  const reply = { ...run.reply, headers: { 'server-timing': serverTimingOf(run.times) } }
  if (!run.breaksOff) {
    sendReply(response, reply)
    return
  }
  visit.unanswered = 'reset'
  breakOffReply(response, reply, clock)
}

function recordWhenOver({ clock, truth }: ListenerTools, response: ServerResponse, visit: Visit): void {
  response.once('finish', () => {
    truth.recordAnswer(visit.class, response.statusCode, (clock.nowMs() - visit.seenMs) * 1000)
    truth.recordComponents(visit.times)
  })
  response.once('close', () => {
    if (!response.writableFinished) truth.recordUnanswered(visit.unanswered)
  })
}

/** `policy;dur=12.345, filesystem;dur=0.2`: milliseconds, as the Server-Timing recommendation has it. */
function serverTimingOf(times: readonly ComponentTime[]): string {
  return times.map((time) => `${time.name};dur=${time.durationMs.toFixed(3)}`).join(', ')
}

function notFound(path: string): Reply {
  return { status: 404, value: { error: `nothing at ${path}`, hint: 'GET / lists what there is.' } }
}

function wrongMethod({ route }: RouteMatch): Reply {
  return {
    status: 405,
    value: { error: `${route.path} takes ${route.method}` },
    headers: { allow: route.method },
  }
}
