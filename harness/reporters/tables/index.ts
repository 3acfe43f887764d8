/** The tables that every report shows. */
import type { Verdict } from '../../model/verdict.ts'
import { comparisonTable, slowerStepsTable } from './comparison-tables.ts'
import { breachesTable, rollbackTable, violationsTable } from './enforcement-tables.ts'
import { failureSamplesTable, failuresTable } from './failure-tables.ts'
import { componentsTable, generatorTable, stepsTable } from './measured-tables.ts'
import { objectivesTable } from './objective-tables.ts'
import type { Table } from './table.ts'

/** Makes the tables of a verdict, in the order in which they are read; empty ones are left out. */
export function tablesOf(verdict: Verdict): Table[] {
  return [
    objectivesTable(verdict),
    breachesTable(verdict),
    violationsTable(verdict),
    rollbackTable(verdict),
    comparisonTable(verdict.comparison),
    slowerStepsTable(verdict.comparison),
    stepsTable(verdict),
    failuresTable(verdict),
    failureSamplesTable(verdict),
    componentsTable(verdict),
    generatorTable(verdict),
  ].filter(({ rows }) => rows.length > 0)
}
