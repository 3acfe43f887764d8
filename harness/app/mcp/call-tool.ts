/** One call of a tool: looked up, permitted, checked, made, fenced, and written down. It never throws. */
import { HarnessError } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import { parseAt } from '../../scenario/problems.ts'
import type { Audit, AuditLine } from './audit.ts'
import { errorData } from './error-data.ts'
import { cleaned, FENCE_LINE } from './fence.ts'
import { isGranted } from './grants.ts'
import type { McpSession, McpTool, ToolAnswer } from './tool.ts'
import { grantedTools, TOOLS } from './tools.ts'

/** The result as the protocol has it. */
export interface CallResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[]
  readonly structuredContent?: Record<string, unknown>
  readonly isError?: true
}

export interface ToolCall {
  readonly name: string
  readonly args: unknown
  /** Name of the client, as it says. */
  readonly client: string
}

export async function callTool(
  { name, args, client }: ToolCall,
  session: McpSession,
  audit: Audit,
): Promise<CallResult> {
  const line = {
    client: client.slice(0, CLIENT_CHARS_MAX),
    tool: name.slice(0, CLIENT_CHARS_MAX),
    arguments: args ?? {},
  }
  try {
    const tool = requireTool(name, session)
    const input = requireInput(tool, args ?? {})
    // What acts is written down before it does: without a log nothing is done.
    if (tool.grant === 'run' || tool.grant === 'write') await audit.write({ ...line, decision: 'started' })
    const answer = await tool.call(input as never, session)
    await audit.write({ ...line, ...doneLine(answer) })
    return resultOf(answer)
  } catch (error) {
    const data = errorData(error)
    await audit.write({ ...line, decision: 'refused', code: String(data['code']) }).catch(() => undefined)
    return {
      content: [{ type: 'text', text: textOf(cleaned({ untrusted: true, ...data }), true) }],
      isError: true,
    }
  }
}

const CLIENT_CHARS_MAX = 100

function doneLine({ runId, isStart }: ToolAnswer): Pick<AuditLine, 'decision' | 'runId'> {
  return { decision: isStart === true ? 'started' : 'done', ...(runId === undefined ? {} : { runId }) }
}

/** @throws HarnessError NOT_GRANTED, USAGE */
function requireTool(name: string, { grants }: McpSession): McpTool {
  const tool = TOOLS.find((each) => each.name === name)
  if (tool === undefined) {
    const names = grantedTools(grants).map((each) => each.name)
    const nearest = nearestName(name, names)
    throw new HarnessError('USAGE', `there is no tool ${name}`, {
      hint: nearest === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${nearest}?`,
    })
  }
  if (isGranted(grants, tool.grant)) return tool
  throw new HarnessError('NOT_GRANTED', `this server may not ${tool.grant}: ${name} is refused`, {
    hint: `Only whoever starts the server can grant it: proofload mcp --allow-${tool.grant}.`,
  })
}

/** @throws HarnessError USAGE with every problem */
function requireInput(tool: McpTool, args: unknown): Readonly<Record<string, unknown>> {
  const { value, problems } = parseAt(tool.input, args, [])
  if (value !== null) return value
  throw new HarnessError('USAGE', `the arguments of ${tool.name} do not fit`, {
    problems,
    hint: 'Fix the arguments named above; tools/list has their schema.',
  })
}

function resultOf({ data, isUntrusted }: ToolAnswer): CallResult {
  const told = (isUntrusted ? cleaned({ untrusted: true, ...data }) : data) as Record<string, unknown>
  return { content: [{ type: 'text', text: textOf(told, isUntrusted) }], structuredContent: told }
}

function textOf(data: unknown, isUntrusted: boolean): string {
  const json = JSON.stringify(data)
  return isUntrusted ? `${FENCE_LINE}\n${json}` : json
}
