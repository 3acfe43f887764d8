/** All tools, in the order in which clients see them. */
import { type Grants, isGranted } from './grants.ts'
import type { McpTool } from './tool.ts'
import { describeTool, listScenariosTool, metricCatalogueTool } from './tools-about.ts'
import { getCapacityTool, startCapacityTool } from './tools-capacity.ts'
import { getRunTool, haltAllTool, probeTargetTool, startRunTool, stopRunTool } from './tools-load.ts'
import { checkScenarioTool, explainPlanTool, writeScenarioTool } from './tools-scenario.ts'
import {
  compareRunsTool,
  explainVerdictTool,
  getVerdictTool,
  listRunsTool,
  trendTool,
} from './tools-verdict.ts'

export const TOOLS: readonly McpTool[] = [
  describeTool,
  listScenariosTool,
  checkScenarioTool,
  explainPlanTool,
  probeTargetTool,
  startRunTool,
  getRunTool,
  stopRunTool,
  haltAllTool,
  getVerdictTool,
  explainVerdictTool,
  compareRunsTool,
  listRunsTool,
  trendTool,
  startCapacityTool,
  getCapacityTool,
  writeScenarioTool,
  metricCatalogueTool,
]

/** Tools without a grant are not listed. */
export function grantedTools(grants: Grants): readonly McpTool[] {
  return TOOLS.filter(({ grant }) => isGranted(grants, grant))
}
