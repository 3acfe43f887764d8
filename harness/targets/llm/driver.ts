import { type MakeTemplate, Template } from '../../base/template.ts'
import { MEASURES } from '../../model/measures.ts'
import type { DriverContext, Exchange, Perform, TargetDriver } from '../../ports/target.ts'
import { httpConfigOf, idleMsOf } from '../event-stream/config.ts'
import { EventStreamDriver } from '../event-stream/driver.ts'
import type { EventProtocol, OpenedStream, StreamInstants } from '../event-stream/protocol.ts'
import { httpPlugin } from '../http/index.ts'
import { LlmClient } from './client.ts'
import { BODY_VARIABLE, type Drawn, Question } from './question.ts'
import { AnswerReader } from './reader.ts'
import type { LlmConfig, LlmRequest } from './schema.ts'

/** Creates the driver of a shard. */
export async function createLlmDriver(config: LlmConfig, context: DriverContext): Promise<TargetDriver> {
  const { key } = config
  const headers = {
    accept: 'text/event-stream',
    'content-type': 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  }
  const http = await httpPlugin.createDriver(httpConfigOf(config, headers), context)
  const protocol = new ChatProtocol(config, context, http)
  return new EventStreamDriver({ http, protocol, idleMs: idleMsOf(config) }, context)
}

/** Chat completions. Every step counts its questions, so that question n of a run is the same on however many threads. */
class ChatProtocol implements EventProtocol<Question> {
  readonly #config: LlmConfig
  readonly #context: DriverContext
  /** The request of HTTP that carries every question. */
  readonly #post: unknown
  /** Messages so far by agent, `,` between them. */
  readonly #turns = new Map<number, string>()
  /** The next question of each step. */
  readonly #asked = new Map<string, number>()

  constructor(config: LlmConfig, context: DriverContext, http: TargetDriver) {
    this.#config = config
    this.#context = context
    const request = { method: 'POST', path: '/chat/completions', body: `{{${BODY_VARIABLE}}}` }
    this.#post = http.compile(request, 'chat')
  }

  compile(request: Readonly<Record<string, unknown>>, step: string): Question {
    return this.#question(request as LlmRequest, step, Template.parse)
  }

  open(exchange: Exchange, instants: StreamInstants): OpenedStream {
    const question = exchange.request as Question
    const { agent, variables } = exchange
    const index = this.#nextIndex(question.step)
    let drawn: Drawn | null = null
    let messages: string | null = null
    // Not before the request is made: what cannot be drawn is a failure of the exchange.
    const draw = () => {
      drawn ??= drawnFor(exchange, question, index)
      return drawn
    }
    const conversation = () => {
      messages ??= joined(
        question.isTurn ? this.#turns.get(agent) : undefined,
        question.messages(draw(), variables),
      )
      return messages
    }
    const onText = (text: string) => {
      const answer = JSON.stringify({ role: 'assistant', content: text })
      this.#turns.set(agent, joined(conversation(), answer))
    }
    const reader = new AnswerReader(exchange, instants, {
      countsPieces: this.#config.tokens === 'chunks',
      onText: question.isTurn ? onText : null,
    })
    return {
      reader,
      variables: (name) =>
        name === BODY_VARIABLE ? question.body(conversation(), draw(), variables) : variables(name),
      timeouts: exchange.timeouts,
      readForMs: null,
    }
  }

  createClient(perform: Perform): LlmClient {
    return new LlmClient(perform, (request, step) => this.#question(request, step, Template.ofCode))
  }

  endSession(agent: number): void {
    this.#turns.delete(agent)
  }

  #question(request: LlmRequest, step: string, make: MakeTemplate): Question {
    const { seed } = this.#context
    return new Question(request, { config: this.#config, seed, step, make, http: this.#post })
  }

  #nextIndex(step: string): number {
    const { shard, shardCount } = this.#context.place
    const index = this.#asked.get(step) ?? shard
    this.#asked.set(step, index + shardCount)
    return index
  }
}

/** @throws UnsetVariable, RangeError when a variable holds no number of tokens */
function drawnFor(exchange: Exchange, question: Question, index: number): Drawn {
  const drawn = question.draw(index, exchange.variables)
  if (drawn.prompt !== null) exchange.measure(MEASURES.wanted_prompt_tokens, drawn.prompt.tokens)
  if (drawn.outputTokens !== null) exchange.measure(MEASURES.wanted_output_tokens, drawn.outputTokens)
  return drawn
}

function joined(earlier: string | undefined, later: string): string {
  return earlier === undefined ? later : `${earlier},${later}`
}
