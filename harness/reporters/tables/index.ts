/** The tables that every report shows. */
import type { Verdict } from '../../model/verdict.ts'
import { comparisonNotesTable, comparisonTable, slowerStepsTable } from './comparison-tables.ts'
import { breachesTable, rollbackTable, violationsTable } from './enforcement-tables.ts'
import {
  checksTable,
  failureSamplesTable,
  failuresTable,
  faultsTable,
  journeyFailuresTable,
} from './failure-tables.ts'
import {
  componentsTable,
  connectingTable,
  generatorTable,
  groupsTable,
  measureNamesTable,
  measuresTable,
  slosTable,
  stepsTable,
  workloadsTable,
} from './measured-tables.ts'
import { messagesTable } from './message-tables.ts'
import { objectivesTable } from './objective-tables.ts'
import { stairsTable } from './stairs-table.ts'
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
    comparisonNotesTable(verdict.comparison),
    stairsTable(verdict),
    workloadsTable(verdict),
    stepsTable(verdict),
    connectingTable(verdict),
    measuresTable(verdict),
    measureNamesTable(verdict),
    groupsTable(verdict),
    slosTable(verdict),
    messagesTable(verdict),
    failuresTable(verdict),
    failureSamplesTable(verdict),
    journeyFailuresTable(verdict),
    faultsTable(verdict),
    checksTable(verdict),
    componentsTable(verdict),
    generatorTable(verdict),
  ].filter(({ rows }) => rows.length > 0)
}
