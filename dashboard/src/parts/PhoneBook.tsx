import { useContacts } from '../api.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import './phonebook.css'

/** Who is rung first stands first; who lives in a unit is shown with his alarm. */
const order = [
  'fire',
  'police',
  'ambulance',
  'duty',
  'lift-firm',
  'lift-rescue',
  'substation',
  'water-company',
  'gas-company',
  'fire-service-firm',
  'other',
]

/** A number as a telephone dials it: an extension after a pause. */
export const telOf = (phone: string): string => `tel:${phone.replaceAll(/[^\d+,]/g, '')}`

/** Emergency and duty telephones of the site, one press each. Nothing when it has written none down. */
export function PhoneBook() {
  const { t, of } = useText()
  const contacts = (useContacts().data ?? [])
    .filter(one => one.kind !== 'occupant')
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  if (contacts.length === 0) return null
  return (
    // On a telephone the alarms come first: one press opens it.
    <details className="card phones" open={window.matchMedia('(min-width: 701px)').matches}>
      <summary>{t('phones.title')}</summary>
      <ul>
        {contacts.map(({ id, name, phone }) => (
          <li key={id}>
            <a href={telOf(phone)}>
              <bdi>{of(name)}</bdi> <b className="mono nw">{plain(phone)}</b>
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
