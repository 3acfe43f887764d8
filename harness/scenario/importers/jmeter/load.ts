/** Thread groups: threads are agents of the closed model. */
import type { ImportedWorkload } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { durationText } from '../to-document.ts'
import type { PlanData } from './data.ts'
import type { PlanNode } from './nodes.ts'
import { elementProperty, propertyOf } from './xml.ts'

/** The length of a run that ends after a number of loops. */
const DURATION_S = 30

interface GroupLoad {
  readonly agents: number
  readonly workload: ImportedWorkload
}

export function isThreadGroup({ kind }: PlanNode): boolean {
  return /ThreadGroup$/.test(kind) && !/^(?:SetupThreadGroup|PostThreadGroup)$/.test(kind)
}

export function loadOfGroup(
  { element, name, kind }: PlanNode,
  data: PlanData,
  report: ImportReport,
): GroupLoad {
  if (kind !== 'ThreadGroup')
    report.lost('thread groups of plugins: only the number of their threads is taken', `${kind}, ${name}`)
  const agents = Math.max(
    1,
    Math.round(
      data.number(propertyOf(element, 'ThreadGroup.num_threads') || propertyOf(element, 'TargetLevel'), 1),
    ),
  )
  const rampS = Math.max(
    0,
    data.number(propertyOf(element, 'ThreadGroup.ramp_time') || propertyOf(element, 'RampUp'), 0),
  )
  const hasEnd = propertyOf(element, 'ThreadGroup.scheduler') === 'true'
  const duration = propertyOf(element, 'ThreadGroup.duration')
  const durationS = hasEnd && duration !== '' ? Math.max(1, data.number(duration, DURATION_S)) : DURATION_S
  const controller = elementProperty(element, 'ThreadGroup.main_controller')
  const loops = controller === null ? '' : propertyOf(controller, 'LoopController.loops')
  if (!hasEnd && loops !== '' && loops !== '-1')
    report.lost(`a number of loops (${loops}): the agents go on until the end of the run`, name)
  if (propertyOf(element, 'ThreadGroup.delay') !== '' && propertyOf(element, 'ThreadGroup.delay') !== '0')
    report.lost('delays of thread groups', name)
  return { agents, workload: workloadOf(agents, Math.min(rampS, durationS - 1), durationS) }
}

function workloadOf(agents: number, rampS: number, durationS: number): ImportedWorkload {
  if (rampS < 2 || agents === 1)
    return { pattern: 'constant-agents', agents, duration: durationText(durationS * 1000) }
  return {
    pattern: 'curve',
    model: 'closed',
    curve: {
      kind: 'sequence',
      parts: [
        { kind: 'ramp', from: 0, to: agents, durationMs: rampS * 1000 },
        { kind: 'constant', value: agents, durationMs: (durationS - rampS) * 1000 },
      ],
    },
  }
}
