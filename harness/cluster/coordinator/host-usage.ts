/** The usage of the workers of a run, added up as if they were one generator. */
import type { RecordInterval } from '../../model/record-interval.ts'
import type { RunRecord } from '../../model/run-record.ts'

type Used = RecordInterval['generator']

export class HostUsage {
  readonly #newest = new Map<number, Used>()
  #cpuS = 0
  readonly #maxRss = new Map<number, number>()

  add(place: number, used: Used, lengthMs: number): void {
    this.#newest.set(place, used)
    this.#cpuS += (used.cpuCores * lengthMs) / 1000
    this.#maxRss.set(place, Math.max(this.#maxRss.get(place) ?? 0, used.rssBytes))
  }

  /** Returns the usage in the newest second of each; machines are told of by the worst of them. */
  take(): Used {
    const all = [...this.#newest.values()]
    const worst = (ratios: readonly (number | null)[]) => {
      const known = ratios.filter((ratio) => ratio !== null)
      return known.length === 0 ? null : Math.max(...known)
    }
    const steps = all.map(({ clockStepMs }) => clockStepMs)
    return {
      cpuCores: all.reduce((sum, { cpuCores }) => sum + cpuCores, 0),
      rssBytes: all.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
      stealRatio: worst(all.map(({ stealRatio }) => stealRatio)),
      machineCpuRatio: worst(all.map(({ machineCpuRatio }) => machineCpuRatio)),
      clockStepMs: steps.reduce((most, step) => (Math.abs(step) > Math.abs(most) ? step : most), 0),
    }
  }

  totals(): RunRecord['generator'] {
    return {
      cpuS: this.#cpuS,
      maxRssBytes: [...this.#maxRss.values()].reduce((sum, bytes) => sum + bytes, 0),
    }
  }
}
