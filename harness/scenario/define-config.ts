import type { Written } from '../base/written.ts'
import type { projectSchema } from './project-config.ts'

/** Types the configuration of a project: `export default defineConfig({ outputs: ... })` in proofload.config.ts. */
export function defineConfig(config: Written<typeof projectSchema>): Written<typeof projectSchema> {
  return config
}
