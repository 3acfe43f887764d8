/** The workloads a scenario can name. A new one is one file, one line here and its builder in `harness/index.ts`. */
import { createRegistry } from '../base/registry.ts'
import { businessHoursPattern } from './business-hours.ts'
import { constantAgentsPattern } from './constant-agents.ts'
import { constantRatePattern } from './constant-rate.ts'
import { curvePattern } from './curve-pattern.ts'
import { incidentPattern } from './incident.ts'
import { maintenancePattern } from './maintenance.ts'
import { replayPattern } from './replay.ts'
import { scaleTestPattern } from './scale-test.ts'
import { stagesPattern } from './stages.ts'

export const workloadPatterns = createRegistry('workload', [
  constantRatePattern,
  constantAgentsPattern,
  curvePattern,
  stagesPattern,
  replayPattern,
  businessHoursPattern,
  maintenancePattern,
  incidentPattern,
  scaleTestPattern,
])
