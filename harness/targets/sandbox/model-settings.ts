import * as z from 'zod'

const waitMs = z.number().min(0).max(600_000)

/** Settings of the scripted language model of the sandbox: `proofload sandbox --llm`. */
export const modelSettingsSchema = z
  .strictObject({
    /** Time from the question to the first token. Default: 100. */
    firstTokenMs: waitMs.default(100).describe('Time from the question to the first token, ms'),
    /** Time from token to token. Default: 20. */
    tokenMs: waitMs.default(20).describe('Time from token to token, ms'),
    /** Tokens of an answer that no limit cuts. Default: 64. */
    outputTokens: z.int().min(0).max(100_000).default(64).describe('Tokens of an answer that no limit cuts'),
    /** Tokens that are sent in one piece. Default: 1. */
    tokensPerPiece: z.int().min(1).max(1000).default(1).describe('Tokens that are sent in one piece'),
  })
  .describe('A scripted language model at /v1, whose pieces leave at known instants')
export type ModelSettings = z.output<typeof modelSettingsSchema>
