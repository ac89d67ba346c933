/** Whether the data of a folder and a program fit, by the numbers of their schemas. */
export type Fit = 'new' | 'same' | 'older' | 'newer'

/**
 * @param found `PRAGMA user_version` by file; 0 or left out: there is none yet
 * @param known what this program knows
 * @returns `older`: the program will change them. `newer`: it must not touch any of them, though others are older.
 */
export function fitOf(found: Readonly<Record<string, number>>, known: Readonly<Record<string, number>>): Fit {
  const there = Object.entries(known).filter(([file]) => (found[file] ?? 0) > 0)
  if (there.length === 0) return 'new'
  if (there.some(([file, ours]) => found[file]! > ours)) return 'newer'
  return there.some(([file, ours]) => found[file]! < ours) ? 'older' : 'same'
}

/** A backup that was made before an update. */
export interface UpdateBackup {
  readonly name: string
  readonly madeAt: number
  readonly schemas: Readonly<Record<string, number>>
}

/** The newest backup that a program can go back to; null: none fits. */
export function wayBack(
  backups: readonly UpdateBackup[],
  known: Readonly<Record<string, number>>,
): UpdateBackup | null {
  const fitting = backups.filter(b => Object.entries(b.schemas).every(([file, n]) => n <= (known[file] ?? n)))
  return fitting.reduce<UpdateBackup | null>((best, b) => (best && best.madeAt >= b.madeAt ? best : b), null)
}
