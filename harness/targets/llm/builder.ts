/** A language model and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { LlmClient } from './client.ts'
import type { llmConfigSchema, llmRequestSchema } from './schema.ts'

/** A language model, and its step: `llm({ url, model })`, `llm.chat({ prompt: 'Hello', maxTokens: 20 })`. */
export const llm = Object.assign(
  (config: Written<typeof llmConfigSchema>): TargetRef<LlmClient> => ({ plugin: 'llm', config }),
  {
    /** Asks the model, and reads its answer while it comes. */
    chat(request: Written<typeof llmRequestSchema>, options: StepOptions = {}): RequestStep {
      return requestStep(request, options)
    },
  },
)
