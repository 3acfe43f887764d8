/** Questions as a server of chat completions takes them: everything that can be put together once is. */
import {
  encodeInJsonString,
  type MakeTemplate,
  type Template,
  type VariableLookup,
} from '../../base/template.ts'
import type { StreamRequest } from '../event-stream/protocol.ts'
import { Lengths } from './lengths.ts'
import { type Prompt, Prompts } from './prompts.ts'
import type { LlmConfig, LlmRequest } from './schema.ts'

/** The variable that stands for the body in the request of the HTTP driver. */
export const BODY_VARIABLE = 'llm body'

/** The parts of one question that are drawn for it. */
export interface Drawn {
  readonly prompt: Prompt | null
  /** Null when the law of the answer is not drawn. */
  readonly outputTokens: number | null
}

/** The surroundings of a compiled question. */
export interface QuestionParts {
  readonly config: LlmConfig
  readonly seed: number
  readonly step: string
  readonly make: MakeTemplate
  readonly http: unknown
}

export class Question implements StreamRequest {
  readonly http: unknown
  readonly step: string
  readonly isTurn: boolean
  /** Members of the body that are the same for every question, but for their variables. */
  readonly #fixed: Template
  /** The messages, `,` between them; null when the prompt is drawn. */
  readonly #messages: Template | null
  readonly #prompts: Prompts | null
  readonly #output: Lengths | null
  readonly #isExact: boolean

  constructor(request: LlmRequest, { config, seed, step, make, http }: QuestionParts) {
    const { prompt, messages, output, turns } = request
    this.http = http
    this.step = step
    this.isTurn = turns === 'append'
    this.#fixed = make(withoutBraces(fixedMembers(request, config)), encodeInJsonString)
    const stated = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : messages
    this.#messages =
      stated === undefined ? null : make(stated.map((one) => JSON.stringify(one)).join(), encodeInJsonString)
    this.#prompts =
      typeof prompt === 'object'
        ? new Prompts({ law: prompt, wordsPerToken: config.wordsPerToken, seed, step })
        : null
    this.#output = output === undefined ? null : new Lengths(output.tokens, seed, `${step}/output`)
    this.#isExact = output?.exact ?? false
  }

  /** Draws the parts of question `index`. @throws UnsetVariable, RangeError when a variable holds no number of tokens */
  draw(index: number, variables: VariableLookup): Drawn {
    return {
      prompt: this.#prompts?.at(index, variables) ?? null,
      outputTokens: this.#output?.at(index, variables) ?? null,
    }
  }

  /** Returns the new messages. @throws UnsetVariable */
  messages({ prompt }: Drawn, variables: VariableLookup): string {
    if (prompt !== null) return JSON.stringify({ role: 'user', content: prompt.text })
    return (this.#messages as Template).render(variables)
  }

  /** Returns the body. @param messages all of them, `,` between them @throws UnsetVariable */
  body(messages: string, { outputTokens }: Drawn, variables: VariableLookup): string {
    const most = outputTokens === null ? '' : `,"max_tokens":${outputTokens}`
    const least = this.#isExact ? `,"min_tokens":${outputTokens},"ignore_eos":true` : ''
    return `{${this.#fixed.render(variables)}${most}${least},"messages":[${messages}]}`
  }
}

function fixedMembers({ maxTokens, temperature, extra }: LlmRequest, { model, tokens }: LlmConfig): object {
  const usage = {
    include_usage: true,
    ...(tokens === 'continuous' && { continuous_usage_stats: true }),
  }
  return {
    model,
    stream: true,
    ...(tokens !== 'chunks' && { stream_options: usage }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...extra,
  }
}

function withoutBraces(members: object): string {
  return JSON.stringify(members).slice(1, -1)
}
