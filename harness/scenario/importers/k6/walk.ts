/** Walks the functions of a script in the order of their statements, and keeps the requests and pauses that it meets. */
import type { AnyNode, Expression, Program, Statement } from 'acorn'
import type { FeederDocument } from '../../feeder-schema.ts'
import type { ImportedStep } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { Evaluator } from '../script/evaluate.ts'
import { type Scope, UNKNOWN } from '../script/values.ts'
import type { ImportSource } from '../source.ts'
import { ScriptWorld } from './world.ts'

/** Calls of calls; a function that calls itself ends here. */
const DEPTH_MAX = 6
/** Rounds of a loop that are written out. */
const ROUNDS_MAX = 10
/** Statements that a script leads to; more is no journey. */
const STATEMENTS_MAX = 20_000

type Code = { readonly type: string }
interface FunctionNode {
  readonly params: readonly AnyNode[]
  readonly body: Statement | Expression
}

export class ScriptWalk {
  readonly #scope: Scope = new Map()
  readonly #report: ImportReport
  readonly #world: ScriptWorld
  readonly #evaluator: Evaluator
  #depth = 0
  #statements = 0

  constructor(source: ImportSource, report: ImportReport) {
    this.#report = report
    this.#world = new ScriptWorld(source, report, {
      inline: (code, args) => this.#inline(code, args),
      isFunction: (value) => isFunction(value),
    })
    this.#evaluator = new Evaluator(this.#scope, this.#world)
    this.#world.scope = this.#scope
  }

  get feeders(): Readonly<Record<string, FeederDocument>> {
    return this.#world.feeders
  }

  /** Learns the constants and functions of a module; its imports are names of the world. */
  top({ body }: Program): void {
    const declared = body.map((statement) =>
      statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? statement) : statement,
    )
    for (const statement of declared)
      if (statement.type === 'FunctionDeclaration') this.#scope.set(statement.id?.name ?? '', statement)
    for (const statement of declared) {
      if (statement.type === 'ImportDeclaration') this.#world.learnImport(statement)
      // Assignments are those of `options.thresholds = ...` and the like.
      else if (statement.type === 'VariableDeclaration' || statement.type === 'ExpressionStatement')
        this.#statement(statement)
    }
  }

  value(name: string): unknown {
    return this.#scope.get(name)
  }

  functionNamed(name: string): Code | null {
    const value = this.#scope.get(name)
    return isFunction(value) ? (value as unknown as Code) : null
  }

  /** Returns the steps of a function; what was known before it is known after it. */
  stepsOf(code: Code): readonly ImportedStep[] {
    const steps = this.#world.begin()
    const before = new Map(this.#scope)
    const target =
      code.type === 'Identifier' ? this.#scope.get((code as unknown as { name: string }).name) : code
    if (isFunction(target)) this.#inline(target, [])
    this.#scope.clear()
    for (const [name, value] of before) this.#scope.set(name, value)
    return steps
  }

  #inline(code: unknown, args: readonly unknown[]): unknown {
    if (!isFunction(code) || this.#depth >= DEPTH_MAX) return UNKNOWN
    this.#depth++
    for (const [i, param] of code.params.entries()) {
      if (param.type === 'Identifier') this.#scope.set(param.name, args[i] ?? UNKNOWN)
      else if (param.type === 'ObjectPattern') this.#bind(param, args[i])
    }
    const { body } = code
    const result =
      body.type === 'BlockStatement' ? this.#block(body.body) : this.#evaluator.of(body as Expression)
    this.#depth--
    if (body.type !== 'BlockStatement') return result
    return result instanceof Returned ? result.value : undefined
  }

  #block(statements: readonly Statement[]): Returned | undefined {
    for (const statement of statements)
      if (statement.type === 'FunctionDeclaration') this.#scope.set(statement.id.name, statement)
    for (const statement of statements) {
      const result = this.#statement(statement)
      if (result !== undefined) return result
    }
    return undefined
  }

  #statement(statement: Statement): Returned | undefined {
    if (++this.#statements > STATEMENTS_MAX) return new Returned(UNKNOWN)
    switch (statement.type) {
      case 'VariableDeclaration':
        for (const { id, init } of statement.declarations) this.#bind(id, this.#evaluator.of(init))
        return undefined
      case 'ExpressionStatement':
        this.#expression(statement.expression)
        return undefined
      case 'ReturnStatement':
        return new Returned(this.#evaluator.of(statement.argument))
      case 'BlockStatement':
        return this.#block(statement.body)
      case 'IfStatement':
        return this.#condition(statement)
      case 'TryStatement':
        return this.#block(statement.block.body)
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        return this.#loop(statement)
      case 'SwitchStatement':
        this.#report.lost('switch: only its first case is kept', `line ${statement.loc?.start.line}`)
        return this.#block(statement.cases[0]?.consequent ?? [])
      default:
        return undefined
    }
  }

  /** Guards that only end or log send nothing; of others the first branch is kept. */
  #condition(statement: Extract<Statement, { type: 'IfStatement' }>): Returned | undefined {
    const before = this.#world.count
    this.#evaluator.of(statement.test)
    this.#statement(statement.consequent)
    if (this.#world.count > before)
      this.#report.lost('conditions: what they guard is always done', `line ${statement.loc?.start.line}`)
    else if (statement.alternate != null) return this.#statement(statement.alternate)
    return undefined
  }

  #loop(statement: Extract<Statement, { body: Statement }>): Returned | undefined {
    const rounds = statement.type === 'ForOfStatement' ? this.#rowsOf(statement) : roundsOf(statement)
    const before = this.#world.count
    for (const round of rounds ?? [UNKNOWN]) {
      if (statement.type === 'ForOfStatement') {
        const { left } = statement
        this.#bind(left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left, round)
      } else if (statement.type === 'ForStatement' && statement.init?.type === 'VariableDeclaration')
        this.#bind(statement.init.declarations[0]?.id, round)
      this.#statement(statement.body)
    }
    if (rounds === null && this.#world.count > before)
      this.#report.lost(
        'loops whose number of rounds is not known: they are walked once',
        `line ${statement.loc?.start.line}`,
      )
    return undefined
  }

  #rowsOf({ right }: Extract<Statement, { type: 'ForOfStatement' }>): readonly unknown[] | null {
    const list = this.#evaluator.of(right)
    return Array.isArray(list) && list.length <= ROUNDS_MAX ? list : null
  }

  #expression(expression: Expression): void {
    if (expression.type === 'AssignmentExpression' && expression.left.type === 'Identifier')
      this.#scope.set(expression.left.name, this.#evaluator.of(expression.right))
    else this.#evaluator.of(expression)
  }

  #bind(pattern: unknown, value: unknown): void {
    const node = pattern as AnyNode | undefined
    if (node?.type === 'Identifier') this.#scope.set(node.name, value)
    if (node?.type === 'ArrayPattern')
      for (const [i, element] of node.elements.entries())
        this.#bind(element, Array.isArray(value) ? value[i] : UNKNOWN)
    if (node?.type !== 'ObjectPattern') return
    for (const property of node.properties)
      if (property.type === 'Property' && property.key.type === 'Identifier')
        this.#bind(property.value, this.#world.memberOf(value, property.key.name))
  }
}

class Returned {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

function isFunction(value: unknown): value is FunctionNode {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : ''
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
}

/** The values of the counter of `for (let i = 0; i < 3; i++)`; null for any other loop. */
function roundsOf(statement: Statement): readonly number[] | null {
  if (statement.type !== 'ForStatement' || statement.init?.type !== 'VariableDeclaration') return null
  const [declared] = statement.init.declarations
  const { test } = statement
  if (
    declared?.init?.type !== 'Literal' ||
    test?.type !== 'BinaryExpression' ||
    test.right.type !== 'Literal'
  )
    return null
  const [from, to] = [
    Number(declared.init.value),
    Number(test.right.value) + (test.operator === '<=' ? 1 : 0),
  ]
  const rounds = to - from
  return test.operator.startsWith('<') && rounds > 0 && rounds <= ROUNDS_MAX
    ? Array.from({ length: rounds }, (_, i) => from + i)
    : null
}
