/** The names of what a pool says on its broker. A run has no dot in its id, nor has a worker in its name. */

/** The subjects of a pool. */
export function subjectsOf(pool: string) {
  const base = `pl.${pool}`
  return {
    who: `${base}.who`,
    /** To everybody: load ends, whoever drives it. */
    halt: `${base}.halt`,
    to: (worker: string) => `${base}.to.${worker}`,
    up: (run: string, worker: string) => `${base}.up.${run}.${worker}`,
    beat: (run: string) => `${base}.beat.${run}`,
    interval: (run: string, worker: string) => `${base}.iv.${run}.${worker}`,
    log: (run: string) => `${base}.log.${run}`,
    intervalLog: (run: string) => `PL_${pool}_IV_${run}`,
    runLog: (run: string) => `PL_${pool}_LOG_${run}`,
  }
}

export type Subjects = ReturnType<typeof subjectsOf>

/** The name of the worker at the end of a subject. */
export function workerOf(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1)
}
