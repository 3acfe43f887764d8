/**
 * A scripted language model that speaks as OpenAI-compatible servers do. Token i of an answer leaves at
 * seen + firstTokenMs + i * tokenMs, in pieces of several if so set, behind a piece that only names the role and leaves at once.
 * Every piece says when it left (`emittedMs`, ms of the machine's clock), so that what a client measures can be compared.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import type { FaultInjector } from './fault-injector.ts'
import { waitUntil } from './honest-wait.ts'
import { type Question, questionOf } from './model-question.ts'
import type { ModelSettings } from './model-settings.ts'
import { wordCountOf, wordOf } from './model-words.ts'
import { sendReply } from './reply.ts'

/** Paths that the model answers. */
export const MODEL_PREFIX = '/v1/'

/** Statuses with which a server asks to be left alone for a while. */
const COME_LATER = new Set([429, 503])
const BODY_BYTES_MAX = 16 * 1024 ** 2

/** The dependencies of the model. */
export interface ModelTools {
  readonly clock: Clock
  readonly faults: FaultInjector
}

/** The reason of an answer that stays incomplete: broken off on purpose, or the client has left. */
export type ModelEnd = 'reset' | 'aborted'

export class ScriptedModel {
  readonly #settings: ModelSettings
  readonly #tools: ModelTools
  #questions = 0

  constructor(settings: ModelSettings, tools: ModelTools) {
    this.#settings = settings
    this.#tools = tools
  }

  /** Answers a request for a path below `/v1/`. @param seenMs the instant when its head was read */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    seenMs: number,
  ): Promise<ModelEnd> {
    const body = await textOf(request)
    if (path === `${MODEL_PREFIX}models`)
      return refuse(response, 200, { object: 'list', data: [{ id: 'sandbox', object: 'model' }] })
    if (path !== `${MODEL_PREFIX}chat/completions` || request.method !== 'POST')
      return refuse(response, 404, errorOf(404, `POST ${MODEL_PREFIX}chat/completions, not ${path}`))
    const question = body === null ? null : questionOf(body)
    if (question === null) return refuse(response, 400, errorOf(400, 'the body has no messages in JSON'))
    const number = this.#questions++
    const status = this.#tools.faults.errorStatusOf(number)
    if (status !== null) return refuse(response, status, errorOf(status, 'injected by /__faults'))
    return this.#stream(question, response, seenMs, this.#tools.faults.breaksOff(number))
  }

  async #stream(
    question: Question,
    response: ServerResponse,
    seenMs: number,
    breaksOff: boolean,
  ): Promise<ModelEnd> {
    const { clock, faults } = this.#tools
    const { firstTokenMs, tokenMs, tokensPerPiece } = this.#settings
    const total = this.#tokensOf(question)
    const factor = faults.factorOf('llm')
    const writer = new AnswerWriter(question, response, clock)
    writer.role()
    for (let sent = 0; sent < total; ) {
      // A piece leaves with its last token.
      const next = Math.min(total, sent + tokensPerPiece)
      await waitUntil(
        clock,
        seenMs + (firstTokenMs + (next - Math.min(tokensPerPiece, total)) * tokenMs) * factor,
      )
      if (response.destroyed) return 'aborted'
      if (breaksOff && next * 2 >= total) {
        // The connection closes a turn later, when its reason is known.
        response.socket?.resetAndDestroy()
        return 'reset'
      }
      writer.piece(sent, next)
      sent = next
    }
    writer.end(total, total < this.#settings.outputTokens ? 'length' : 'stop')
    return 'aborted'
  }

  #tokensOf({ tokensMax, isExact }: Question): number {
    const { outputTokens } = this.#settings
    if (tokensMax === null) return outputTokens
    return isExact ? tokensMax : Math.min(tokensMax, outputTokens)
  }
}

/** Writes the events of one answer. */
class AnswerWriter {
  readonly #question: Question
  readonly #response: ServerResponse
  readonly #clock: Clock

  constructor(question: Question, response: ServerResponse, clock: Clock) {
    this.#question = question
    this.#response = response
    this.#clock = clock
    response.socket?.setNoDelay(true)
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  }

  role(): void {
    this.#write({ delta: { role: 'assistant', content: '' }, finish_reason: null }, 0)
  }

  /** Writes tokens `from` to `to`, the latter excluded. */
  piece(from: number, to: number): void {
    let content = ''
    for (let token = from; token < to; token++) content += wordOf(token)
    this.#write({ delta: { content }, finish_reason: null }, to)
  }

  end(tokens: number, reason: string): void {
    this.#write({ delta: {}, finish_reason: reason }, tokens)
    if (this.#question.wantsUsage) this.#send({ choices: [], usage: this.#usage(tokens) })
    this.#response.end('data: [DONE]\n\n')
  }

  #write(choice: object, tokens: number): void {
    const usage = this.#question.wantsUsageEach ? { usage: this.#usage(tokens) } : {}
    this.#send({ choices: [{ index: 0, ...choice }], ...usage })
  }

  #send(parts: object): void {
    const emittedMs = this.#clock.nowMs() + this.#clock.epochMs
    const document = { object: 'chat.completion.chunk', model: this.#question.model, ...parts, emittedMs }
    this.#response.write(`data: ${JSON.stringify(document)}\n\n`)
  }

  #usage(completionTokens: number): object {
    const promptTokens = wordCountOf(this.#question.text)
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    }
  }
}

function refuse(response: ServerResponse, status: number, value: object): ModelEnd {
  const headers = COME_LATER.has(status) ? { 'retry-after': '1' } : {}
  sendReply(response, { status, value, headers })
  return 'aborted'
}

function errorOf(code: number, message: string): object {
  return { error: { message, type: 'sandbox', code } }
}

/** Reads a whole body; null when it is too large. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request) {
    length += (piece as Buffer).length
    if (length <= BODY_BYTES_MAX) pieces.push(piece as Buffer)
  }
  return length > BODY_BYTES_MAX ? null : Buffer.concat(pieces).toString('utf8')
}
