/** Paths of the sandbox that carry an operation: the catalogue, the escalations and a small shop for first scenarios. */
import { keyOf } from '../../base/random.ts'
import { ESCALATIONS, OPERATIONS, type OperationClass } from './catalogue.ts'
import {
  type BoundedLaw,
  COMPONENT_LAWS,
  COMPONENTS_OF_CLASS,
  type Component,
  expertLaw,
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
  readonly class: Exclude<RequestClass, 'page'>
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
  const routes = [...catalogueRoutes(), ...escalationRoutes(), ...shopRoutes()]
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
    parts: partsOf(operation.name, operation.class),
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

function shopRoutes(): Route[] {
  return createShop().map((route) => ({ ...route, parts: partsOf(route.name, route.class) }))
}

function partsOf(name: string, operationClass: OperationClass): OperationPart[] {
  return COMPONENTS_OF_CLASS[operationClass].map((component) => ({
    component,
    law: COMPONENT_LAWS[component],
    key: keyOf(`${name}/${component}`),
  }))
}
