import type { Written } from '../../base/written.ts'
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { type LlmRequest, llmRequestSchema } from './schema.ts'

const STEP_NAME = 'chat'

/** The client that code journeys call, one an agent. */
export class LlmClient {
  readonly #perform: Perform
  readonly #compile: (request: LlmRequest, step: string) => unknown

  constructor(perform: Perform, compile: (request: LlmRequest, step: string) => unknown) {
    this.#perform = perform
    this.#compile = compile
  }

  /** Asks; resolves when the answer is complete. Its body is JSON: `text`, `reasoning`, `finishReason`, `usage`. */
  chat(request: Written<typeof llmRequestSchema>, options: Partial<PerformOptions> = {}): Promise<Answer> {
    const { step = STEP_NAME, expect, timeouts } = options
    return this.#perform(this.#compile(llmRequestSchema.parse(request), step), { step, expect, timeouts })
  }
}
