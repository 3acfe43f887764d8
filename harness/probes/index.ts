/** The registry of resource probes. A new one is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import { cgroupProbe } from './cgroup.ts'
import { processProbe } from './process.ts'
import { prometheusProbe } from './prometheus.ts'

export const resourceProbes = createRegistry('probe', [processProbe, prometheusProbe, cgroupProbe])
