package command

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/app"
)

// userCommand groups what is done to accounts. It works beside a running server.
type userCommand struct {
	Add    userAddCommand    `cmd:"" help:"Make an account. The password is asked for, or read from standard input."`
	List   userListCommand   `cmd:"" help:"List accounts."`
	Passwd userPasswdCommand `cmd:"" help:"Set an account's password. It is asked for, or read from standard input."`
}

type userAddCommand struct {
	folderFlag

	Email string `arg:"" help:"E-mail address to sign in with."`
	Name  string `help:"Name on screen. Default: the part before the @."`
	Role  string `help:"owner, editor or viewer." enum:"owner,editor,viewer" default:"viewer"`
}

// Run makes the account.
func (c *userAddCommand) Run(ctx context.Context) error {
	password, err := askPassword()
	if err != nil {
		return err
	}
	return c.share(ctx, func(f *app.Folder) error {
		a, err := f.Accounts.Create(ctx, account.NewAccount{Email: c.Email, Password: password, Name: c.Name, Role: account.Role(c.Role)})
		if err == nil {
			_, err = fmt.Fprintf(os.Stdout, "%s can sign in as %s\n", a.Email, a.Role)
		}
		return err
	})
}

type userListCommand struct{ folderFlag }

// Run lists.
func (c *userListCommand) Run(ctx context.Context) error {
	return c.share(ctx, func(f *app.Folder) error {
		list, err := f.Accounts.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		say(w, "E-MAIL\tNAME\tROLE\n")
		for _, a := range list {
			say(w, "%s\t%s\t%s\n", a.Email, a.Name, a.Role)
		}
		return w.Flush()
	})
}

type userPasswdCommand struct {
	folderFlag

	Email string `arg:"" help:"E-mail address of the account."`
}

// Run sets the password; the account's sessions end.
func (c *userPasswdCommand) Run(ctx context.Context) error {
	password, err := askPassword()
	if err != nil {
		return err
	}
	return c.share(ctx, func(f *app.Folder) error {
		a, err := f.Accounts.ByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		if _, err = f.Accounts.Update(ctx, a.ID, account.Change{Password: &password}); err == nil {
			_, err = fmt.Fprintf(os.Stdout, "the password of %s is set; it is signed out everywhere\n", a.Email)
		}
		return err
	})
}

// askPassword reads a password without showing it, twice on a terminal.
func askPassword() (string, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", fmt.Errorf("no password on standard input: %w", err)
		}
		return line, nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(os.Stderr, prompt)
		raw, err := term.ReadPassword(in)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(raw)
	}
	if typed[0] != typed[1] {
		return "", fmt.Errorf("the two passwords differ")
	}
	return typed[0], nil
}
