import { useQuery } from '@tanstack/react-query'
import type {
  AccessEventView,
  AccessReports,
  AccessView,
  CompanyView,
  CredentialView,
  DoorControllerView,
  Explanation,
  FireReleaseView,
  HolderList,
  MusterView,
  PersonView,
  VisitView,
  WorksView,
} from '../../gateway/http/contract.ts'
import { call, type Items, queries, useMay } from './api.ts'

const list =
  <T>(path: string) =>
  async (): Promise<readonly T[]> =>
    (await call<Items<T>>(path)).items

/** Doors that are decided at. Their modes end by themselves, so they are asked for again. */
export const useDoors = (everyMs = 2000) => {
  const allowed = useMay('door.read')
  return useQuery({
    queryKey: ['doors'],
    queryFn: () => call<AccessView>('doors'),
    refetchInterval: everyMs,
    enabled: allowed,
  })
}
/** Controllers that decide by themselves when the gateway is away. */
export const useDoorControllers = () => {
  const allowed = useMay('door.read')
  return useQuery({
    queryKey: ['door-controllers'],
    queryFn: list<DoorControllerView>('door-controllers'),
    refetchInterval: 1000,
    enabled: allowed,
  })
}
export const useFireRelease = () => {
  const allowed = useMay('door.read')
  return useQuery({
    queryKey: ['fire-release'],
    queryFn: () => call<FireReleaseView>('fire-release'),
    refetchInterval: 1000,
    enabled: allowed,
  })
}
export const useMuster = () =>
  useQuery({ queryKey: ['muster'], queryFn: () => call<MusterView>('muster'), refetchInterval: 5000 })
/** What happened at doors, newest first. */
export const useAccessEvents = (refused: boolean, door: string) => {
  const allowed = useMay('pass.read')
  return useQuery({
    queryKey: ['access-events', refused, door],
    queryFn: list<AccessEventView>(
      `access-events?limit=50${refused ? '&refused=true' : ''}${door === '' ? '' : `&door=${encodeURIComponent(door)}`}`,
    ),
    refetchInterval: 3000,
    enabled: allowed,
  })
}
/** Events by what is looked for, newest first; `asked` as the address has it. */
export const useDoorLog = (asked: string) =>
  useQuery({
    queryKey: ['access-events', 'log', asked],
    queryFn: () =>
      call<{ readonly items: readonly AccessEventView[]; readonly next: string | null }>(`access-events?${asked}`),
    refetchInterval: 2000,
  })
export const useAccessReports = (asked: string) =>
  useQuery({
    queryKey: ['access-reports', asked],
    queryFn: () => call<AccessReports>(`access-reports?${asked}`),
    refetchInterval: 10_000,
  })
/** Whether somebody could come in at a door at some time, for each of his passes. */
export const useExplanation = (person: string, door: string, at: string | null) =>
  useQuery({
    queryKey: ['explanation', person, door, at],
    queryFn: list<Explanation['items'][number]>(
      `people/${encodeURIComponent(person)}/access?door=${encodeURIComponent(door)}${at === null ? '' : `&at=${encodeURIComponent(at)}`}`,
    ),
    staleTime: 0,
    enabled: person !== '' && door !== '',
  })
export const useHolders = (door: string, at: string | null) =>
  useQuery({
    queryKey: ['holders', door, at],
    queryFn: () =>
      call<HolderList>(
        `doors/${encodeURIComponent(door)}/holders${at === null ? '' : `?at=${encodeURIComponent(at)}`}`,
      ),
    staleTime: 0,
    enabled: door !== '',
  })
export const usePersons = (words: string) =>
  useQuery({
    queryKey: ['persons', words],
    queryFn: list<PersonView>(`people?limit=200&q=${encodeURIComponent(words)}`),
    refetchOnMount: 'always',
  })
export const useCredentials = () =>
  useQuery({
    queryKey: ['credentials'],
    queryFn: list<CredentialView>('credentials?limit=1000'),
    // Another person approves, and the gate moves duplicates.
    refetchOnMount: 'always',
  })
export const useCompanies = () => useQuery({ queryKey: ['companies'], queryFn: list<CompanyView>('companies') })
/** Visitors and visits of rooms; asked for again, since the gate changes them. */
export const useVisits = (all: boolean) =>
  useQuery({
    queryKey: ['visits', all],
    queryFn: list<VisitView>(all ? 'visits?all=true' : 'visits'),
    refetchInterval: 5000,
  })
export const visitsChanged = (): Promise<unknown> => queries.invalidateQueries({ queryKey: ['visits'] })
export const useWorks = () => useQuery({ queryKey: ['works'], queryFn: list<WorksView>('works') })

/** After a change everything of people and passes is read anew: one of them tells of the others. */
export const passesChanged = (): Promise<unknown> =>
  Promise.all(
    ['persons', 'credentials', 'companies', 'works', 'holders', 'doors'].map(key =>
      queries.invalidateQueries({ queryKey: [key] }),
    ),
  )
