import { useQuery } from '@tanstack/react-query'
import type { CommandView } from '../../gateway/http/contract.ts'
import { commandsKey as keyOf, NEWEST_COMMANDS, post, queries, toldList, useMay } from './api.ts'

/** The newest commands of one equipment; the live link says what becomes of them. */
export function useCommands(equipment: string) {
  const allowed = useMay('command.read')
  return useQuery({
    queryKey: keyOf(equipment),
    queryFn: toldList<CommandView>(`commands?limit=${NEWEST_COMMANDS}&equipment=${encodeURIComponent(equipment)}`),
    enabled: allowed,
  })
}

/** @param key Idempotency-Key: pressed twice it is one command */
export async function giveCommand(
  equipment: string,
  asked: Pick<CommandView, 'point' | 'value' | 'reason'>,
  key: string,
): Promise<CommandView> {
  try {
    return await post<CommandView>('commands', asked, key)
  } finally {
    void queries.invalidateQueries({ queryKey: keyOf(equipment) })
  }
}

/** The word of a second person, or of the one who takes it back. */
export async function answerCommand(equipment: string, id: string, word: 'confirm' | 'refuse'): Promise<void> {
  try {
    await post<CommandView>(`commands/${encodeURIComponent(id)}/${word}`)
  } finally {
    void queries.invalidateQueries({ queryKey: keyOf(equipment) })
  }
}
