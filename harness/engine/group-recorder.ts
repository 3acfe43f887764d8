/** Times of groups of steps, by phase, place of the agents and how they ended; cells are made on first use. */
import { lookUp } from '../base/names.ts'
import { GROUP_TIME } from '../model/group-metrics.ts'
import { OUTCOME_FAILED, OUTCOME_OK, STEP_OUTCOMES } from '../model/outcome.ts'
import type { AgentPlace } from '../model/plan-load.ts'
import { allocateCell, CellWriter } from './cells.ts'
import type { RecorderSettings } from './recorder-settings.ts'

interface GroupPlace extends AgentPlace {
  readonly phase: string
}

export class GroupRecorder {
  readonly #settings: Pick<RecorderSettings, 'announce' | 'bounds'>
  readonly #pages: ConstructorParameters<typeof CellWriter>[1]
  readonly #cells = new Map<string, CellWriter>()

  constructor(
    settings: Pick<RecorderSettings, 'announce' | 'bounds'>,
    pages: ConstructorParameters<typeof CellWriter>[1],
  ) {
    this.#settings = settings
    this.#pages = pages
  }

  record(group: string, place: GroupPlace, hasFailed: boolean, durationMs: number): void {
    const outcome = STEP_OUTCOMES[hasFailed ? OUTCOME_FAILED : OUTCOME_OK] as string
    const key = [place.phase, place.workload ?? '', place.region ?? '', outcome, group].join('\u0000')
    let cell = this.#cells.get(key)
    if (cell === undefined) {
      cell = this.#allocate(group, place, outcome)
      this.#cells.set(key, cell)
    }
    cell.record(Math.max(0, Math.round(durationMs * 1000)))
  }

  #allocate(group: string, place: GroupPlace, outcome: string): CellWriter {
    const { announce, bounds } = this.#settings
    const boundsUs = lookUp(bounds, GROUP_TIME) ?? []
    const buffer = allocateCell(boundsUs)
    announce({
      kind: 'cell',
      key: { ...place, step: group, metric: GROUP_TIME, outcome, component: '' },
      buffer,
      boundsUs,
    })
    return new CellWriter(buffer, this.#pages, boundsUs)
  }
}
