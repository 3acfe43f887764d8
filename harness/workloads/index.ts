/** The workloads a scenario can name. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import { businessHours } from './business-hours.ts'
import { constantAgents } from './constant-agents.ts'
import { constantRate } from './constant-rate.ts'
import { curvePattern } from './curve-pattern.ts'
import { incident } from './incident.ts'
import { maintenance } from './maintenance.ts'
import { replay } from './replay.ts'
import { scaleTest } from './scale-test.ts'

export const workloadPatterns = createRegistry('workload', [
  constantRate,
  constantAgents,
  curvePattern,
  replay,
  businessHours,
  maintenance,
  incident,
  scaleTest,
])
