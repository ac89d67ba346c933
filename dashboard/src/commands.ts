import { useQuery } from '@tanstack/react-query'
import type { CommandView } from '../../gateway/http/contract.ts'
import { isOpen } from '../../rules/command.ts'
import { call, type Items, post, queries, useMay } from './api.ts'

/** While one is under way the read-back is waited for; otherwise somebody else's is to be seen soon. */
const BUSY_MS = 400
const QUIET_MS = 3000

const keyOf = (equipment: string) => ['commands', equipment] as const

/** The newest commands of one equipment. */
export function useCommands(equipment: string) {
  const allowed = useMay('command.read')
  return useQuery({
    queryKey: keyOf(equipment),
    queryFn: async () =>
      (await call<Items<CommandView>>(`commands?limit=20&equipment=${encodeURIComponent(equipment)}`)).items,
    enabled: allowed,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? BUSY_MS : QUIET_MS),
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
