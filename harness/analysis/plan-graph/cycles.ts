/** Activities that can never start, because they wait for themselves or for others that do. */
import { type ActivityGraph, dependenciesBy, topologicalOrder } from './activity-graph.ts'

/** The activities of a graph that no order can begin. */
export interface Deadlocks {
  /** The shortest cycle of each group of activities that wait for one another: each before the next, the last before the first. */
  readonly cycles: readonly (readonly string[])[]
  /** Activities in no cycle that wait for one. */
  readonly unreachable: readonly string[]
}

type Followers = ReadonlyMap<string, readonly string[]>

/** Finds the deadlocks of a graph; there are none exactly when it has a topological order. */
export function findDeadlocks(graph: ActivityGraph): Deadlocks {
  const ordered = new Set(topologicalOrder(graph).map(({ name }) => name))
  const stuck = graph.activities.map(({ name }) => name).filter((name) => !ordered.has(name))
  const followers: Followers = new Map(
    [...dependenciesBy('before', graph)].map(([name, dependencies]) => [
      name,
      dependencies.map(({ after }) => after),
    ]),
  )
  const cycleOf = new Map(stuck.map((name) => [name, shortestCycleThrough(name, followers)]))
  return {
    cycles: onePerGroup(
      [...cycleOf.values()].filter((cycle) => cycle.length > 0),
      followers,
    ),
    unreachable: stuck.filter((name) => cycleOf.get(name)?.length === 0),
  }
}

/** Walks along the followers, breadth first; keeps for each activity that is met the one before it, for the start only if a way leads back. */
function walkFrom(start: string, followers: Followers): ReadonlyMap<string, string> {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const name of queue)
    for (const follower of followers.get(name) ?? []) {
      if (cameFrom.has(follower)) continue
      cameFrom.set(follower, name)
      if (follower !== start) queue.push(follower)
    }
  return cameFrom
}

/** Begins with the given activity; empty when no way leads back to it. */
function shortestCycleThrough(start: string, followers: Followers): readonly string[] {
  const cameFrom = walkFrom(start, followers)
  const cycle: string[] = []
  for (let name = cameFrom.get(start); name !== undefined; name = cameFrom.get(name)) {
    cycle.unshift(name)
    if (name === start) break
  }
  return cycle
}

function onePerGroup(cycles: readonly (readonly string[])[], followers: Followers): (readonly string[])[] {
  const kept: (readonly string[])[] = []
  let others = cycles.toSorted((a, b) => a.length - b.length)
  for (let [shortest] = others; shortest !== undefined; [shortest] = others) {
    kept.push(shortest)
    const [first = ''] = shortest
    const after = walkFrom(first, followers)
    others = others.filter(([name = '']) => !(after.has(name) && walkFrom(name, followers).has(first)))
  }
  return kept
}
