/** The messages between the launcher and the process of the sandbox. */
import * as z from 'zod'
import { startFaultsSchema } from './faults.ts'
import { modelSettingsSchema } from './model-settings.ts'

/** The options with which a sandbox is started: the first argument of its process, as JSON. */
export const sandboxOptionsSchema = z.strictObject({
  /** Port that it listens on; 0 = any free one. Default: 0. */
  port: z.int().min(0).max(65_535).default(0),
  /** Seed of the timing and of the faults' chance. Default: that of the run. */
  seed: z.int(),
  /** Faults in force from its start, or on a time line that begins with the load. */
  faults: startFaultsSchema.default({}),
  /** A scripted language model at `/v1`. Default: none. */
  llm: modelSettingsSchema.optional(),
  /** The sandbox makes a folder of its own in here, and removes it when it closes. */
  scratchDir: z.string().min(1),
})
export type SandboxOptions = Readonly<z.infer<typeof sandboxOptionsSchema>>

/** The one message of the process, once it knows. */
export const launchMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listening'), url: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string(), hint: z.string().nullable() }),
])
export type LaunchMessage = z.infer<typeof launchMessageSchema>

/** The message to the process at the start of a load. */
export const loadMessageSchema = z.object({
  kind: z.literal('load'),
  phases: z.array(z.object({ name: z.string(), startMs: z.number(), endMs: z.number() })),
})
export type LoadMessage = z.infer<typeof loadMessageSchema>
