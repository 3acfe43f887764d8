/** A trial as a terminal shows it: each request with its answer, expectations and extracted values. */
import { createColors } from 'picocolors'
import { cutText } from '../base/cut-text.ts'
import { formatAmount, formatBytes } from '../base/units.ts'
import { visible } from '../base/visible.ts'
import type { HeaderField, TriedBody, TriedExpectation, TriedRequest } from '../model/tried-request.ts'
import { timeText } from '../text/figure-text.ts'

/** The part of a body that is shown. */
const BODY_CHARS_MAX = 1_000
/** Shorter pauses are the doing of the loop. */
const PAUSE_MS_MIN = 10
const INDENT = '    '

type Colors = ReturnType<typeof createColors>

/** Renders the begin of a journey. */
export function renderJourney(journey: string, hasColours: boolean): string {
  return `${createColors(hasColours).bold(visible(journey))}\n`
}

/** Renders one request. @param number its place in the journey, from 1 */
export function renderTriedRequest(request: TriedRequest, number: number, hasColours: boolean): string {
  const colors = createColors(hasColours)
  const { pauseMs, sentHeaders, sentBody, headers, body, expectations, extracted } = request
  const lines = [
    ...(pauseMs < PAUSE_MS_MIN ? [] : [colors.dim(`${INDENT}... ${timeText(pauseMs)} of pause`)]),
    headLine(request, number, colors),
    ...sentHeaders.map((field) => colors.dim(`${INDENT}> ${fieldText(field)}`)),
    ...bodyLines(sentBody, '>'),
    ...(request.status === 0 ? [] : [`${INDENT}< ${colors.bold(request.statusName)} ${timesText(request)}`]),
    ...headers.map((field) => colors.dim(`${INDENT}< ${fieldText(field)}`)),
    ...bodyLines(body, '<'),
    ...expectations.map((each) => expectationLine(each, colors)),
    ...extracted.map((field) => `${INDENT}${colors.cyan('=')} ${fieldText(field)}`),
    ...failureLines(request, colors),
  ]
  return `${lines.join('\n')}\n\n`
}

/** Renders that code has failed an answer. */
export function renderFailedByCode(step: string, reason: string, hasColours: boolean): string {
  return `${INDENT}${createColors(hasColours).red(`✗ ${visible(step)} was failed by code: ${visible(reason)}`)}\n`
}

/** Renders which way an agent goes. */
export function renderDecision(question: string, answer: string, hasColours: boolean): string {
  return `${INDENT}${createColors(hasColours).cyan(`? ${visible(question)}: ${answer}`)}\n`
}

function headLine({ method, url, step, attempt }: TriedRequest, number: number, colors: Colors): string {
  const asked = method === null ? step : `${method} ${url}`
  const again = attempt > 1 ? colors.yellow(` attempt ${attempt}`) : ''
  const named = method === null || step.startsWith(`${method} `) ? '' : colors.dim(`  (${visible(step)})`)
  return `${String(number).padStart(2)}  ${colors.bold(visible(asked))}${named}${again}`
}

function timesText({ serviceMs, connectMs, ttfbMs, bytesReceived }: TriedRequest): string {
  return [
    ...(serviceMs === null ? [] : [`in ${timeText(serviceMs)}`]),
    ...(ttfbMs === null ? [] : [`first byte ${timeText(ttfbMs)}`]),
    ...(connectMs > 0 ? [`connect ${timeText(connectMs)}`] : []),
    ...(bytesReceived > 0 ? [formatBytes(bytesReceived)] : []),
  ].join(', ')
}

function bodyLines(body: TriedBody | null, mark: string): string[] {
  if (body === null || body.bytes === 0) return []
  if (body.text === null) return [`${INDENT}${mark} (${formatBytes(body.bytes)} of bytes that are no text)`]
  const shown = cutText(body.text.slice(0, BODY_CHARS_MAX + 1), BODY_CHARS_MAX)
  const rest = shown === body.text ? [] : [`(${formatBytes(body.bytes)} in all)`]
  return [...shown.split(/\r?\n/), ...rest].map((line) => `${INDENT}${mark} ${visible(line)}`)
}

function expectationLine({ kind, value, miss }: TriedExpectation, colors: Colors): string {
  if (miss === null) return `${INDENT}${colors.green('✓')} ${kind} ${visible(JSON.stringify(value))}`
  return `${INDENT}${colors.red('✗')} ${kind}: ${visible(miss)}`
}

function failureLines({ errorKind, errorText }: TriedRequest, colors: Colors): string[] {
  if (errorKind === 'none') return []
  return [
    `${INDENT}${colors.red(`FAILED ${errorKind}: ${visible(errorText === '' ? errorKind : errorText)}`)}`,
  ]
}

function fieldText([name, value]: HeaderField): string {
  return visible(`${name}: ${value}`)
}

/** The outcome of one journey, as it is told. */
export interface WalkedText {
  readonly journey: string
  readonly requestCount: number
  readonly failedCount: number
  readonly checks: readonly { readonly check: string; readonly passed: number; readonly failed: number }[]
  readonly problems: readonly string[]
}

/** Renders the end of a journey. */
export function renderWalked(
  { journey, requestCount, failedCount, checks, problems }: WalkedText,
  hasColours: boolean,
): string {
  const colors = createColors(hasColours)
  const isBad = failedCount > 0 || problems.length > 0 || checks.some(({ failed }) => failed > 0)
  const word = isBad ? colors.red('failed') : colors.green('ok')
  const failed = failedCount === 0 ? '' : `, ${failedCount} failed`
  const lines = [
    ...checks.map(({ check, failed: misses }) =>
      misses > 0
        ? `  ${colors.red('✗')} check ${visible(check)}`
        : `  ${colors.green('✓')} check ${visible(check)}`,
    ),
    ...problems.map((problem) => `  ${colors.red('✗')} ${visible(problem)}`),
    `${colors.bold(visible(journey))}: ${word}, ${formatAmount(requestCount, 'request')}${failed}`,
  ]
  return `${lines.join('\n')}\n`
}
