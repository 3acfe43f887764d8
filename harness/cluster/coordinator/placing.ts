/** The placing of a load on a pool: by name, so that the same workers are placed the same way. Pure. */
import { HarnessError } from '../../base/errors.ts'
import { formatAmount } from '../../base/units.ts'
import { type Hello, PROTOCOL_VERSION } from '../../model/cluster/hello.ts'

/** The demand on a pool. */
export interface Wanted {
  /** Null: all that are there. */
  readonly workers: number | null
  /** The most threads of each; null: as many as it offers. */
  readonly threads: number | null
  /** The most threads that the plan can use. */
  readonly threadsMax: number
  /** The version of the coordinator: others measure differently. */
  readonly version: string
  readonly node: string
}

/** One worker and its shards: `first` to `first + count - 1` of all. */
export interface Placed {
  readonly place: number
  readonly hello: Hello
  readonly first: number
  readonly count: number
}

/** Chooses workers and shares the shards out. @throws HarnessError POOL_TOO_SMALL */
export function placeLoad(hellos: readonly Hello[], wanted: Wanted): readonly Placed[] {
  const reasons = hellos.map((hello) => [hello, whyNot(hello, hellos, wanted)] as const)
  const usable = reasons.flatMap(([hello, why]) => (why === null ? [hello] : [])).sort(byName)
  const needed = wanted.workers ?? 1
  if (usable.length < needed) throw tooSmall(needed, usable.length, reasons)
  // A worker without a shard would have nothing to do.
  const chosen = usable.slice(0, Math.min(wanted.workers ?? usable.length, wanted.threadsMax))
  const counts = share(
    chosen.map(({ threads }) => Math.min(threads, wanted.threads ?? threads)),
    wanted.threadsMax,
  )
  let first = 0
  return chosen.map((hello, place) => {
    const count = counts[place] as number
    first += count
    return { place, hello, first: first - count, count }
  })
}

/** Hands out shards in turn, as long as there are any and somebody takes them. */
function share(offered: readonly number[], most: number): number[] {
  const counts = offered.map(() => 0)
  for (let left = most; left > 0; ) {
    const before = left
    offered.forEach((amount, i) => {
      if (left === 0 || (counts[i] as number) >= amount) return
      counts[i] = (counts[i] as number) + 1
      left--
    })
    if (left === before) break
  }
  return counts
}

/** Returns the reason why a worker cannot be used; null when it can. */
export function whyNot(
  { v, worker, state, run, environment }: Hello,
  all: readonly Hello[],
  { version, node }: Pick<Wanted, 'version' | 'node'>,
): string | null {
  if (v !== PROTOCOL_VERSION || environment.proofload !== version)
    return `is proofload ${environment.proofload}, not ${version}`
  if (majorOf(environment.node) !== majorOf(node)) return `runs on node ${environment.node}, not ${node}`
  if (all.filter((other) => other.worker === worker).length > 1) return 'has the name of another worker'
  return state === 'idle' ? null : `drives ${run}`
}

function tooSmall(
  needed: number,
  found: number,
  reasons: readonly (readonly [Hello, string | null])[],
): HarnessError {
  return new HarnessError(
    'POOL_TOO_SMALL',
    `the run needs ${formatAmount(needed, 'worker')}, and ${found === 0 ? 'none is' : `${found} are`} there that can drive it`,
    {
      problems: reasons.flatMap(([{ worker }, why]) =>
        why === null ? [] : [{ path: worker, message: why }],
      ),
      hint: 'Start more on other machines: proofload worker --on <pool>; or ask for fewer with --workers.',
    },
  )
}

function byName(a: Hello, b: Hello): number {
  return a.worker < b.worker ? -1 : 1
}

function majorOf(node: string): string {
  return node.split('.')[0] as string
}
