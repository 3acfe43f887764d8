/**
 * Paths of the sandbox that carry an operation: the catalogue, the escalations, the batches, each component by itself, and a small
 * shop for first scenarios.
 */
import { keyOf } from '../../base/random.ts'
import { BATCHES, ESCALATIONS, OPERATIONS } from './catalogue.ts'
import {
  type BoundedLaw,
  COMPONENT_LAWS,
  COMPONENTS_OF_BATCH,
  COMPONENTS_OF_CLASS,
  type Component,
  expertLaw,
  LONE_COMPONENTS,
} from './latency-law.ts'
import type { Reply, RouteCall } from './reply.ts'
import { createShop } from './shop.ts'
import type { RequestClass } from './truth.ts'

/** One part of an operation; `law` null = measured, not drawn. `key` names its stream of draws. */
export interface OperationPart {
  readonly component: Component
  readonly law: BoundedLaw | null
  readonly key: number
}

export interface Route {
  readonly name: string
  readonly class: Exclude<RequestClass, 'chat' | 'page'>
  readonly method: string
  /** `:id` stands for one segment. */
  readonly path: string
  readonly parts: readonly OperationPart[]
  answer(call: RouteCall): Reply
}

/** A route and what stood in the variable part of its path. */
export interface RouteMatch {
  readonly route: Route
  readonly parameter: string
}

/** All routes of one sandbox, found by path. */
export interface RouteTable {
  readonly routes: readonly Route[]
  find(path: string): RouteMatch | null
}

/** Makes the routes; the shop's carts belong to this table. */
export function createRouteTable(): RouteTable {
  const routes = [
    ...catalogueRoutes(),
    ...escalationRoutes(),
    ...batchRoutes(),
    ...componentRoutes(),
    ...shopRoutes(),
  ]
  const fixed = new Map(routes.map((route) => [route.path, { route, parameter: '' }]))
  const patterns = routes
    .filter((route) => route.path.includes(':id'))
    .map((route) => ({ route, pattern: new RegExp(`^${route.path.replace(':id', '([^/]+)')}$`) }))
  return {
    routes,
    find(path) {
      const exact = fixed.get(path)
      if (exact !== undefined) return exact
      for (const { route, pattern } of patterns) {
        const parameter = pattern.exec(path)?.[1]
        if (parameter !== undefined) return { route, parameter }
      }
      return null
    },
  }
}

function catalogueRoutes(): Route[] {
  return OPERATIONS.map((operation) => ({
    ...operation,
    parts: partsOf(operation.name, COMPONENTS_OF_CLASS[operation.class]),
    answer: ({ id }) => ({
      status: 200,
      value: { id, operation: operation.name, class: operation.class, decision: 'allowed' },
    }),
  }))
}

function escalationRoutes(): Route[] {
  return ESCALATIONS.map(({ kind, path, answer }) => ({
    name: kind,
    class: 'escalation',
    method: 'POST',
    path,
    parts: [{ component: 'expert', law: expertLaw(answer), key: keyOf(`${kind}/expert`) }],
    answer: ({ id }) => ({ status: 200, value: { id, escalation: kind, decision: 'approved' } }),
  }))
}

function batchRoutes(): Route[] {
  return BATCHES.map(({ name, path }) => ({
    name,
    class: 'batch',
    method: 'POST',
    path,
    parts: partsOf(name, COMPONENTS_OF_BATCH),
    answer: ({ id }) => ({ status: 200, value: { id, batch: name, state: 'done' } }),
  }))
}

/** A component by itself: what stands in for a policy engine, a model, an expert or an event store that is away. */
function componentRoutes(): Route[] {
  return LONE_COMPONENTS.map((component) => ({
    name: `component-${component}`,
    class: 'component',
    method: 'POST',
    path: `/components/${component}`,
    parts: partsOf(`component-${component}`, [component]),
    answer: ({ id }) => ({ status: 200, value: { id, component, decision: 'allowed' } }),
  }))
}

function shopRoutes(): Route[] {
  return createShop().map((route) => ({
    ...route,
    parts: partsOf(route.name, COMPONENTS_OF_CLASS[route.class]),
  }))
}

function partsOf(name: string, components: readonly Component[]): OperationPart[] {
  return components.map((component) => ({
    component,
    law: COMPONENT_LAWS[component],
    key: keyOf(`${name}/${component}`),
  }))
}
