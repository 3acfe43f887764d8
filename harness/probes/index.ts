/** Everything that can be watched besides the generator. A new way to watch is one file, one line here and its builder in `harness/index.ts`. */
import { createRegistry } from '../base/registry.ts'
import { cgroupPlugin } from './cgroup.ts'
import { processPlugin } from './process.ts'
import { prometheusPlugin } from './prometheus.ts'

export const resourceProbes = createRegistry('probe', [processPlugin, prometheusPlugin, cgroupPlugin])
