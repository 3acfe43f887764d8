/** Settings of the sandbox, as scenarios write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import type { HttpClient } from '../http/client.ts'
import { sandboxOptionsSchema } from './launch-protocol.ts'

/** The run's own seed stands in for an absent one. */
export const sandboxConfigSchema = sandboxOptionsSchema.omit({ scratchDir: true }).partial({ seed: true })

/** The embedded sandbox target: started for the run, answers like an agent-governance bridge. */
export function sandbox(config: Written<typeof sandboxConfigSchema> = {}): TargetRef<HttpClient> {
  return { plugin: 'sandbox', config }
}
