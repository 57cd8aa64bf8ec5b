import { Button as Base } from '@base-ui/react/button'
import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { cn } from '@/lib/cn'
import { Tip } from './tooltip'

const look = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50 data-disabled:cursor-not-allowed data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-accent-text hover:brightness-110',
        outline: 'border border-line-strong bg-surface hover:bg-hover',
        ghost: 'text-muted hover:bg-hover hover:text-text',
        danger: 'bg-error text-surface hover:brightness-110',
      },
      size: {
        md: 'h-8 px-3 text-sm',
        sm: 'h-7 px-2 text-xs',
        icon: 'size-8',
        'icon-sm': 'size-6 [&_svg]:size-3.5',
      },
    },
    defaultVariants: { variant: 'outline', size: 'md' },
  },
)

type Look = VariantProps<typeof look>
export type ButtonProps = Omit<ComponentProps<typeof Base>, 'className'> &
  Look & { className?: string }

/** The look of a button, for a link: it goes somewhere, so it stays a link. */
export const buttonLook = ({ className, ...options }: Look & { className?: string } = {}): string =>
  cn(look(options), className)

export function Button({ className, variant, size, ...props }: ButtonProps) {
  return <Base className={cn(look({ variant, size }), className)} {...props} />
}

/** A button that shows an icon only: its label is read out and shown as a tip. */
export function IconButton({
  label,
  keys,
  children,
  variant = 'ghost',
  size = 'icon',
  ...props
}: ButtonProps & { label: string; keys?: string; children: ReactNode }): ReactElement {
  return (
    <Tip label={label} keys={keys}>
      <Button aria-label={label} variant={variant} size={size} {...props}>
        {children}
      </Button>
    </Tip>
  )
}
