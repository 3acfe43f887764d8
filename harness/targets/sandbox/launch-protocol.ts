/** What the launcher and the sandbox's own process say to each other. */
import { z } from 'zod'
import { faultsSchema } from './faults.ts'

/** `SandboxOptions` as the first argument of the process. */
export const sandboxOptionsSchema = z.strictObject({
  port: z.int().min(0).max(65_535),
  seed: z.int(),
  faults: faultsSchema,
  scratchDir: z.string().min(1),
})

/** The one message of the process, once it knows. */
export const launchMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listening'), url: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string(), hint: z.string().nullable() }),
])
export type LaunchMessage = z.infer<typeof launchMessageSchema>
