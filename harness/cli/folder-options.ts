/** Options of commands that serve a project: its folders, its history and its state. */
import type { Command } from 'commander'
import { BASELINES_FOLDER } from '../app/compare/baselines.ts'
import { HISTORY_FILE } from '../app/history/history.ts'
import { STATE_FILE } from '../app/state/emergency.ts'

export interface FolderFlags {
  readonly scenarios: string
  readonly out: string
  readonly store: string
  readonly baselines: string
  readonly state: string
}

/** @param scenarios description of the folder of the scenarios */
export function addFolderOptions(command: Command, scenarios: string): Command {
  return command
    .option('--scenarios <folder>', scenarios, 'scenarios')
    .option('--out <folder>', 'folder for the reports', 'reports')
    .option('--store <where>', 'history: a file, or postgres://...', HISTORY_FILE)
    .option('--baselines <folder>', 'folder of the baselines', BASELINES_FOLDER)
    .option('--state <where>', 'state store: a file, or redis://...', STATE_FILE)
}
