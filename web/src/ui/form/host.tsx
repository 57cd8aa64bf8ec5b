import { createContext, type ReactNode, useContext } from 'react'
import type { Severity } from '../state'
import type { FieldSpec } from './schema'

export type Path = readonly (string | number)[]

export interface FieldProblem {
  problem: string
  remedy: string
  severity: Severity
  /** What mends it, on offer. */
  fixes?: readonly { title: string; apply: () => void }[]
}

/** What a form is a form of. It holds no values itself: those stay where they belong. */
export interface FormHost {
  /** Tells the forms of two things apart. */
  id: string
  readOnly: boolean
  get(path: Path): unknown
  /** `undefined` takes the value away. */
  set(path: Path, value: unknown, label: string): void
  /** Several values as one step. */
  setMany(changes: readonly { path: Path; value: unknown }[], label: string): void
  /** What is wrong with exactly this value, or with anything in it. */
  problemsAt(path: Path, inside: boolean): readonly FieldProblem[]
  /** A control of one's own for a field; undefined: the usual one. */
  control?(
    field: FieldSpec,
    path: Path,
    named: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean },
  ): ReactNode | undefined
  /** What is likely to be written here. */
  suggest?(field: FieldSpec, path: Path): readonly string[]
  /** What counts while nothing is set, when that comes from elsewhere. */
  inherited?(field: FieldSpec, path: Path): string
}

const Context = createContext<FormHost | null>(null)
export const FormProvider = Context.Provider

export function useForm(): FormHost {
  const host = useContext(Context)
  if (!host) throw new Error('A field needs a form around it.')
  return host
}
