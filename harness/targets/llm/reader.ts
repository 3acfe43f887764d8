/**
 * The measures of one answer. Its pieces that carry tokens (text, reasoning or a part of a tool's call) arrive at t_1, t_2, ...; a
 * piece that only names a role, or is empty, carries none. n = its tokens, n_1 = those of the first piece:
 *
 *   ttft = t_1 - intended            ttft_service = t_1 - sent           ttfo = first piece with text - intended
 *   inter_token_time = t_i - t_(i-1), each      tpot = (t_last - t_1) / (n - n_1), where n > n_1
 *   output_rate = n / (done - sent)             done = [DONE], or the end of the body after a finish reason
 *
 * The server counts the tokens; where it does not, every piece counts as one, and n_1 = 1 unless it tells the count piece by piece.
 */
import { messageOf } from '../../base/errors.ts'
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import type { EventReader, Reading, StreamEvent, StreamInstants } from '../event-stream/protocol.ts'
import type { Failure } from '../failure.ts'
import { type Chunk, readChunk, type Usage } from './chunk.ts'

const END = '[DONE]'

/** The parts of the reading of an answer that its request decides. */
export interface AnswerOptions {
  /** True when the server is not asked to count. */
  readonly countsPieces: boolean
  /** Called with the whole text of a complete answer; null when nobody wants it. */
  readonly onText: ((text: string) => void) | null
}

export class AnswerReader implements EventReader {
  status = 0
  readonly #exchange: Exchange
  readonly #instants: StreamInstants
  readonly #options: AnswerOptions
  readonly #keepsText: boolean
  #text = ''
  #reasoning = ''
  #finishReason: string | null = null
  #error: string | null = null
  #usage: Usage | null = null
  #pieces = 0
  #firstTokens = 1
  #firstMs = 0
  #lastMs = 0
  #hasOutput = false

  constructor(exchange: Exchange, instants: StreamInstants, options: AnswerOptions) {
    this.#exchange = exchange
    this.#instants = instants
    this.#options = options
    this.#keepsText = exchange.keepAnswer || options.onText !== null
  }

  /** The tokens of the answer. */
  get items(): number {
    return this.#usage?.outputTokens ?? this.#pieces
  }

  take({ data }: StreamEvent, nowMs: number): Reading {
    if (data === END) return 'last'
    let chunk: Chunk
    try {
      chunk = readChunk(data)
    } catch (thrown) {
      return { kind: 'protocol', text: `an event that is no JSON: ${messageOf(thrown)}` }
    }
    if (chunk.error !== null) return this.#fail(chunk.error)
    if (chunk.usage !== null && !this.#options.countsPieces) this.#usage = chunk.usage
    this.#finishReason = chunk.finishReason ?? this.#finishReason
    if (chunk.text !== '' || chunk.reasoning !== '' || chunk.hasToolCall) this.#takePiece(chunk, nowMs)
    return 'open'
  }

  conclude(instants: StreamInstants, isEnough: boolean): Failure | null {
    if (!isEnough && this.#finishReason === null) {
      const pieces = this.#pieces === 1 ? '1 piece' : `${this.#pieces} pieces`
      return {
        kind: 'incomplete',
        text: `the answer ended after ${pieces}, without a finish reason or ${END}`,
      }
    }
    this.#measureWhole(instants)
    this.#options.onText?.(this.#text)
    return null
  }

  document(): unknown {
    return {
      text: this.#text,
      reasoning: this.#reasoning,
      finishReason: this.#finishReason,
      error: this.#error,
      usage: this.#usage,
    }
  }

  #fail({ status, message }: NonNullable<Chunk['error']>): Reading {
    this.status = status
    this.#error = message
    return 'enough'
  }

  #takePiece(chunk: Chunk, nowMs: number): void {
    const exchange = this.#exchange
    const { intendedMs, sentMs } = this.#instants
    this.#pieces++
    if (this.#pieces === 1) {
      exchange.measure(MEASURES.ttft, nowMs - intendedMs)
      exchange.measure(MEASURES.ttft_service, nowMs - sentMs)
      this.#firstMs = nowMs
      this.#firstTokens = Math.max(1, this.#usage?.outputTokens ?? 1)
    } else exchange.measure(MEASURES.inter_token_time, nowMs - this.#lastMs)
    if (chunk.text !== '' && !this.#hasOutput) {
      this.#hasOutput = true
      exchange.measure(MEASURES.ttfo, nowMs - intendedMs)
    }
    this.#lastMs = nowMs
    if (!this.#keepsText) return
    this.#text += chunk.text
    this.#reasoning += chunk.reasoning
  }

  #measureWhole({ sentMs, doneMs }: StreamInstants): void {
    const exchange = this.#exchange
    const usage = this.#usage
    const tokens = this.items
    const after = tokens - this.#firstTokens
    if (after > 0 && this.#pieces > 0) exchange.measure(MEASURES.tpot, (this.#lastMs - this.#firstMs) / after)
    if (doneMs > sentMs) exchange.measure(MEASURES.output_rate, (tokens * 1000) / (doneMs - sentMs))
    exchange.measure(MEASURES.output_tokens, tokens)
    exchange.measure(MEASURES.token_pieces, this.#pieces)
    if (usage?.outputTokens == null) exchange.measure(MEASURES.uncounted_answers, 1)
    if (usage?.promptTokens != null) exchange.measure(MEASURES.prompt_tokens, usage.promptTokens)
    if (usage?.cachedTokens != null) exchange.measure(MEASURES.cached_tokens, usage.cachedTokens)
    if (usage?.reasoningTokens != null) exchange.measure(MEASURES.reasoning_tokens, usage.reasoningTokens)
  }
}
