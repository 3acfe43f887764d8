/** The seconds of a load, as they are closed: merged, written to the journal, shown and watched. */
import { SnapshotMerger } from '../../cluster/merge-snapshots.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import type { LoadContext } from './load-context.ts'
import type { LoadGuard } from './load-guard.ts'
import type { Outlets } from './outlets.ts'
import { phaseAt } from './record-parts.ts'
import type { WatchedResources } from './resources.ts'

export class LoadSeconds {
  /** Everything so far. */
  readonly merger = new SnapshotMerger()
  readonly #load: LoadContext
  readonly #outlets: Outlets
  readonly #resources: WatchedResources

  constructor(load: LoadContext, outlets: Outlets, resources: WatchedResources) {
    this.#load = load
    this.#outlets = outlets
    this.#resources = resources
  }

  add(second: ClosedSecond, guard: LoadGuard | null): void {
    if (second.snapshots.length > 0) this.#addSecond(second, guard)
    if (second.late.length > 0) this.#addLate(second.late)
  }

  #addSecond({ snapshots, isWhole, used: byHosts, hosts }: ClosedSecond, guard: LoadGuard | null): void {
    const { plan, progress, stop, outputs } = this.#load
    const { merger } = this
    const phase = phaseAt(plan, Math.min(...snapshots.map(({ startMs }) => startMs)))
    const here = this.#resources.take()
    const used = byHosts === null ? here : { ...here, generator: byHosts }
    const interval = merger.add(snapshots, phase, used)
    this.#journal({ kind: 'interval', snapshots, phase, used })
    progress.onInterval(interval, plan, snapshots, () => merger.view(plan), hosts ?? [])
    outputs?.second({
      interval,
      snapshots,
      totals: () => ({ ...merger.measured(plan), dispatch: merger.dispatch }),
    })
    // A second without the counts of some says nothing about the target.
    if (stop.level === 'none' && isWhole) guard?.observe(snapshots, interval, (of) => merger.view(of))
  }

  #addLate(late: ClosedSecond['late']): void {
    const { plan } = this.#load
    for (const snapshot of late) {
      const phase = phaseAt(plan, snapshot.startMs)
      this.merger.addLate(snapshot, phase)
      this.#journal({ kind: 'late', snapshot, phase })
    }
  }

  #journal(entry: Parameters<Outlets['journal']>[0]): void {
    const failure = this.#outlets.journal(entry)
    if (failure !== null)
      this.#outlets.note(`the journal could not be written: ${failure}; the run continues`)
  }
}
