/** Evaluates expressions as far as their values are known without running them; texts are those of a scenario. */
import type {
  CallExpression,
  Expression,
  MemberExpression,
  ObjectExpression,
  PrivateIdentifier,
  Super,
  TemplateLiteral,
} from 'acorn'
import { putAt } from '../../../base/names.ts'
import { literal } from '../imported.ts'
import { arithmetic, isPlain, keysOf, memberOf, parsedOf, shifted, unary } from './members.ts'
import { AnswerValue, JsonText, RangeValue, type Scope, UNKNOWN } from './values.ts'

/** Knows what the world of a script means: its environment, its answers, its functions. */
export interface World {
  /** A name that the script itself does not define. */
  nameOf(name: string): unknown
  /** A variable of the environment. */
  environment(name: string): unknown
  /** A call of something that is not evaluated here; UNKNOWN for what means nothing. */
  call(path: string, args: readonly unknown[], call: CallExpression): unknown
  /** The text that stands for a value in a request; null where there is none. */
  textOf(value: unknown): string | null
}

export class Evaluator {
  readonly #scope: Scope
  readonly #world: World

  constructor(scope: Scope, world: World) {
    this.#scope = scope
    this.#world = world
  }

  of(node: Expression | PrivateIdentifier | Super | null | undefined): unknown {
    if (node === null || node === undefined) return undefined
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ? literal(node.value) : (node.value ?? null)
      case 'TemplateLiteral':
        return this.#template(node)
      case 'Identifier':
        if (node.name === 'undefined') return undefined
        return this.#scope.has(node.name) ? this.#scope.get(node.name) : this.#world.nameOf(node.name)
      case 'ArrayExpression':
        return node.elements.map((element) =>
          element === null || element.type === 'SpreadElement' ? UNKNOWN : this.of(element),
        )
      case 'ObjectExpression':
        return this.#object(node)
      case 'MemberExpression':
        return this.#member(node)
      case 'CallExpression':
        return this.#call(node)
      case 'NewExpression':
        return this.#world.call(
          `new ${pathOf(node.callee as Expression)}`,
          node.arguments.map((arg) => (arg.type === 'SpreadElement' ? UNKNOWN : this.of(arg))),
          node as unknown as CallExpression,
        )
      case 'BinaryExpression':
        return this.#binary(node.operator, this.of(node.left), this.of(node.right))
      case 'LogicalExpression':
        return this.#logical(node.operator, node.left, node.right)
      case 'UnaryExpression':
        return unary(node.operator, this.of(node.argument))
      case 'ConditionalExpression':
        return this.of(node.consequent)
      case 'AwaitExpression':
      case 'ChainExpression':
        return this.of(node.type === 'AwaitExpression' ? node.argument : (node.expression as Expression))
      case 'ParenthesizedExpression':
        return this.of(node.expression)
      case 'AssignmentExpression':
        return this.of(node.right)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return node
      default:
        return UNKNOWN
    }
  }

  args(node: CallExpression): readonly unknown[] {
    return node.arguments.map((arg) => (arg.type === 'SpreadElement' ? UNKNOWN : this.of(arg)))
  }

  #template({ quasis, expressions }: TemplateLiteral): unknown {
    let text = ''
    for (const [i, { value }] of quasis.entries()) {
      text += literal(value.cooked ?? value.raw)
      if (i >= expressions.length) continue
      const part = this.#world.textOf(this.of(expressions[i]))
      if (part === null) return UNKNOWN
      text += part
    }
    return text
  }

  #object({ properties }: ObjectExpression): unknown {
    const made: Record<string, unknown> = {}
    for (const property of properties)
      for (const [key, value] of this.#entriesOf(property)) putAt(made, key, value)
    return made
  }

  #entriesOf(property: ObjectExpression['properties'][number]): readonly (readonly [string, unknown])[] {
    if (property.type === 'SpreadElement') {
      const spread = this.of(property.argument)
      return isPlain(spread) ? Object.entries(spread) : []
    }
    const { key, computed, value } = property
    const name = !computed && key.type === 'Identifier' ? key.name : this.of(key as Expression)
    const isName = typeof name === 'string' || typeof name === 'number'
    return isName ? [[String(name), this.of(value as Expression)]] : []
  }

  #member(node: MemberExpression): unknown {
    const { object, property, computed } = node
    if (!computed && property.type === 'Identifier' && pathOf(object as Expression) === '__ENV')
      return this.#world.environment(property.name)
    const owner = this.of(object)
    const key = computed ? this.of(property) : (property as { readonly name: string }).name
    if (pathOf(object as Expression) === '__ENV' && typeof key === 'string')
      return this.#world.environment(key)
    return memberOf(owner, key) ?? this.#world.nameOf(pathOf(node))
  }

  #call(node: CallExpression): unknown {
    const path = pathOf(node.callee as Expression)
    const args = this.args(node)
    switch (path) {
      case 'JSON.stringify':
        return isPlain(args[0]) || Array.isArray(args[0]) ? new JsonText(args[0]) : args[0]
      case 'JSON.parse':
        return parsedOf(args[0])
      case 'String':
      case 'encodeURIComponent':
      case 'encodeURI':
        return this.#world.textOf(args[0]) ?? UNKNOWN
      default:
        return this.#method(node, args) ?? this.#world.call(path, args, node)
    }
  }

  /** Methods of values that are known; undefined for none. */
  #method({ callee }: CallExpression, args: readonly unknown[]): unknown {
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined
    const owner = this.of(callee.object)
    const { name } = callee.property
    if (owner instanceof AnswerValue && owner.path === null && name === 'json')
      return new AnswerValue(owner.step, typeof args[0] === 'string' ? keysOf(args[0]) : [])
    if (
      /^(?:toString|trim|toFixed|valueOf)$/.test(name) &&
      (typeof owner === 'string' || typeof owner === 'number')
    )
      return typeof owner === 'number' && name === 'toFixed'
        ? owner.toFixed(Number(args[0] ?? 0))
        : String(owner)
    if (name === 'concat' && typeof owner === 'string')
      return [owner, ...args.map((arg) => this.#world.textOf(arg) ?? '')].join('')
    return undefined
  }

  #binary(operator: string, left: unknown, right: unknown): unknown {
    if (typeof left === 'number' && typeof right === 'number') return arithmetic(operator, left, right)
    if (left instanceof RangeValue && typeof right === 'number') return shifted(operator, left, right)
    if (right instanceof RangeValue && typeof left === 'number' && /[+*]/.test(operator))
      return shifted(operator, right, left)
    if (operator !== '+') return UNKNOWN
    const [a, b] = [this.#world.textOf(left), this.#world.textOf(right)]
    return a === null || b === null ? UNKNOWN : a + b
  }

  /** `__ENV.URL || 'http://...'` is what it is without the variable. */
  #logical(operator: string, left: Expression, right: Expression): unknown {
    if (operator === '&&') return this.of(right)
    const isEnvironment = /^__ENV\b|^process\.env\b/.test(pathOf(left))
    const value = isEnvironment ? undefined : this.of(left)
    return value === undefined || value === UNKNOWN || value === null ? this.of(right) : value
  }
}

/** `http.get` of the expression that names it; '' for what is no name. */
export function pathOf(node: Expression | Super | PrivateIdentifier): string {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'ChainExpression') return pathOf(node.expression as Expression)
  if (node.type !== 'MemberExpression') return ''
  const owner = pathOf(node.object)
  if (owner === '') return ''
  if (!node.computed && node.property.type === 'Identifier') return `${owner}.${node.property.name}`
  return node.property.type === 'Literal' ? `${owner}.${String(node.property.value)}` : ''
}
