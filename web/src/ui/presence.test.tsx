import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { byPerson, EditingWarning, initials, type Person, PresenceAvatars } from './presence'

const person = (name: string, more: Partial<Person> = {}): Person => ({
  user_id: name,
  name,
  editing: false,
  node: '',
  mine: false,
  ...more,
})

describe('who else is here', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['demo@example.com', 'DE'],
    ['ada.m.lovelace', 'AL'],
    ['', '?'],
  ])('%s has the initials %s', (name, expected) => {
    expect(initials(name)).toBe(expected)
  })

  it('is shown once, as editing when one of the tabs edits', () => {
    expect(byPerson([person('Ada'), person('Ada', { editing: true })])).toEqual([
      person('Ada', { editing: true }),
    ])
  })

  it('is said in words', () => {
    render(<PresenceAvatars others={[person('Ada', { editing: true, node: 'orders' })]} />)
    expect(screen.getByRole('button', { name: 'Ada: editing orders' })).toBeInTheDocument()
  })

  it('is counted when there are many', () => {
    render(<PresenceAvatars others={['A', 'B', 'C', 'D', 'E'].map((name) => person(name))} />)
    expect(screen.getAllByRole('listitem')).toHaveLength(4)
    expect(screen.getByText('+2')).toBeInTheDocument()
  })
})

describe('before two people edit the same', () => {
  it('a line says who', () => {
    render(<EditingWarning others={[person('Ada', { editing: true }), person('Grace')]} />)
    expect(screen.getByRole('status')).toHaveTextContent('Ada is editing this too.')
  })

  it('one is told of an own tab', () => {
    render(<EditingWarning others={[person('Me', { editing: true, mine: true })]} />)
    expect(screen.getByRole('status')).toHaveTextContent('another tab')
  })

  it('nothing is said when the others only look', () => {
    const { container } = render(<EditingWarning others={[person('Ada')]} />)
    expect(container).toBeEmptyDOMElement()
  })
})
