/** Schemas of a language model behind an OpenAI-compatible server, and of its requests. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { textWithUnit } from '../../base/text-schemas.ts'
import { parseRatio } from '../../base/units.ts'
import { streamSettings } from '../event-stream/config.ts'
import { httpConfigSchema } from '../http/schema.ts'
import { lengthSchema } from './lengths.ts'

/** Configuration of the `llm` target. Parsing it twice changes nothing. */
export const llmConfigSchema = z
  .strictObject({
    /** The beginning of the API: `http://127.0.0.1:8000/v1`. */
    url: httpConfigSchema.shape.url.describe('Where the API begins: http://127.0.0.1:8000/v1'),
    /** Name of the model, as the server knows it. */
    model: z.string().min(1).describe('Name of the model, as the server knows it'),
    /** The interface that is spoken. Default: chat. */
    api: z.literal('chat').default('chat').describe('chat: POST chat/completions, streamed'),
    /** Sent as bearer token: `{{secret.LLM_KEY}}`. */
    key: z.string().min(1).optional().describe('Sent as bearer token: {{secret.LLM_KEY}}'),
    /** The one who counts the tokens of an answer. Default: usage. */
    tokens: z
      .enum(['usage', 'continuous', 'chunks'])
      .default('usage')
      .describe(
        'Who counts the tokens. usage: the server, at the end of each answer; continuous: the server, with every piece (vLLM); chunks: nobody, a piece counts as one token',
      ),
    /** Words of a drawn prompt for each of its tokens. Default: 1. */
    wordsPerToken: z
      .number()
      .positive()
      .max(10)
      .default(1)
      .describe(
        'Words of a drawn prompt for each of its tokens; compare prompt_tokens with wanted_prompt_tokens',
      ),
    ...streamSettings,
  })
  .describe('A language model behind an OpenAI-compatible server')
export type LlmConfig = z.output<typeof llmConfigSchema>

const promptLaw = z
  .strictObject({
    /** Length of a prompt. */
    tokens: lengthSchema,
    /** Beginnings that prompts share, so that a cache of prefixes has something to find. */
    prefix: z
      .strictObject({
        groups: z.int().min(1).max(10_000).describe('Number of different beginnings'),
        tokens: z.int().min(1).max(1_000_000).describe('Length of a beginning, beside that of the prompt'),
        share: textWithUnit(parseRatio, '80%')
          .default('100%')
          .describe('Share of the prompts that have one of them'),
      })
      .optional()
      .describe('Beginnings that prompts share, so that a cache of prefixes has something to find'),
  })
  .describe('Drawn from common words; the same seed draws the same prompts')
export type PromptLaw = z.output<typeof promptLaw>

/** A message of a conversation; further keys are sent as they are. */
const message = recordOf(z.unknown()).refine(({ role }) => typeof role === 'string', {
  error: 'a message has a role: user, system, assistant or tool',
})

/** One question; strings may hold `{{variables}}`. */
export const llmRequestSchema = z
  .strictObject({
    /** The words of the user: text, or the law by which it is drawn. */
    prompt: z
      .union([z.string().min(1), promptLaw])
      .optional()
      .describe('What the user says: text, or { tokens } drawn from common words'),
    /** The conversation as the server takes it, in place of a prompt. */
    messages: z
      .array(message)
      .min(1)
      .optional()
      .describe('The conversation as the server takes it, in place of a prompt'),
    /** Most tokens of the answer. */
    maxTokens: z.int().min(1).optional().describe('Most tokens of the answer'),
    /** Length of the answer, drawn for each. */
    output: z
      .strictObject({
        tokens: lengthSchema,
        /** The answer has this length and no other, where the server can do that. Default: false. */
        exact: z
          .boolean()
          .default(false)
          .describe('Also at least so many: min_tokens and ignore_eos, which vLLM and its kin know'),
      })
      .optional()
      .describe('Length of the answer, drawn for each and sent as max_tokens'),
    temperature: z.number().min(0).max(2).optional().describe('Randomness of the answer; 0 = none'),
    /** `append`: the agent goes on with its conversation. */
    turns: z
      .literal('append')
      .optional()
      .describe("append: sent after the agent's earlier turns and their answers, until its session ends"),
    /** Further fields of the request, as the server takes them. */
    extra: recordOf(z.unknown())
      .optional()
      .describe('Further fields of the request, as the server takes them'),
  })
  .refine(({ prompt, messages }) => (prompt === undefined) !== (messages === undefined), {
    error: 'a request has a prompt or messages',
  })
  .refine(({ maxTokens, output }) => maxTokens === undefined || output === undefined, {
    path: ['maxTokens'],
    error: 'output says how long the answer is; leave maxTokens out',
  })
  .describe('A question to a language model')
export type LlmRequest = z.output<typeof llmRequestSchema>
