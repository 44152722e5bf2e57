// Package vestibuletest runs an emulator of AWS IAM Identity Center and STS for tests.
//
//	func TestSignIn(t *testing.T) {
//		emulator := vestibuletest.Start(t, vestibuletest.Options{AutoApprove: true})
//		t.Setenv("AWS_ENDPOINT_URL", emulator.URL)
//		emulator.Script("fail CreateToken twice with slow_down")
//	}
//
// The program vestibule-emulator is found on the path, or named by VESTIBULE_EMULATOR.
package vestibuletest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// Options are the settings of an emulator.
type Options struct {
	// Config is the path of a TOML file with accounts, roles, users, sessions and faults.
	Config string
	// AutoApprove approves every sign-in.
	AutoApprove bool
	// Faults are scheduled from the start, such as "fail CreateToken with slow_down".
	Faults []string
	// Args are further arguments of the program.
	Args []string
}

// Emulator is a running emulator. It also stops when this process exits.
type Emulator struct {
	// URL is for AWS_ENDPOINT_URL and HTTPS_PROXY.
	URL string
	// HTTPSURL has a certificate of the authority in the file of --ca-file.
	HTTPSURL string

	command *exec.Cmd
	stdin   io.Closer
	client  http.Client
}

// Start starts an emulator for a test, at the end of which it stops.
func Start(t testing.TB, options Options) *Emulator {
	t.Helper()
	emulator, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Stop(); err != nil {
			t.Error(err)
		}
	})
	return emulator
}

// New starts an emulator, and returns it when it accepts connections.
func New(options Options) (*Emulator, error) {
	program := os.Getenv("VESTIBULE_EMULATOR")
	if program == "" {
		program = "vestibule-emulator"
	}
	args := append([]string{"--until-eof"}, options.Args...)
	if options.Config != "" {
		args = append(args, "--config", options.Config)
	}
	if options.AutoApprove {
		args = append(args, "--auto-approve")
	}
	for _, fault := range options.Faults {
		args = append(args, "--fault", fault)
	}
	command := exec.Command(program, args...)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the emulator: %w", err)
	}
	var ready struct{ HTTP, HTTPS string }
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		stdin.Close()
		return nil, fmt.Errorf("the emulator exited before it was ready: %v", command.Wait())
	}
	// Never through a proxy of the environment, which may be the emulator itself.
	transport := &http.Transport{DisableKeepAlives: true}
	return &Emulator{
		URL:      ready.HTTP,
		HTTPSURL: ready.HTTPS,
		command:  command,
		stdin:    stdin,
		client:   http.Client{Transport: transport},
	}, nil
}

// Control sends a command to the control API, such as "approve".
func (e *Emulator) Control(command string, parameters url.Values) (json.RawMessage, error) {
	return e.request(http.MethodPost, command, parameters)
}

// Query reads from the control API, such as "requests" or "violations".
func (e *Emulator) Query(what string) (json.RawMessage, error) {
	return e.request(http.MethodGet, what, nil)
}

// Script schedules a fault, such as "fail CreateToken twice with slow_down".
func (e *Emulator) Script(sentence string) error {
	_, err := e.Control("script", url.Values{"script": {sentence}})
	return err
}

// Advance moves the emulator's clock forward, by whole seconds.
func (e *Emulator) Advance(duration time.Duration) error {
	seconds := strconv.Itoa(int(duration / time.Second))
	_, err := e.Control("advance", url.Values{"seconds": {seconds}})
	return err
}

// Heal clears the scheduled faults.
func (e *Emulator) Heal() error {
	_, err := e.Control("heal", nil)
	return err
}

// Revoke revokes all sessions, as an administrator does.
func (e *Emulator) Revoke() error {
	_, err := e.Control("revoke", nil)
	return err
}

// Stop stops the emulator.
func (e *Emulator) Stop() error {
	if err := e.stdin.Close(); err != nil {
		return err
	}
	return e.command.Wait()
}

func (e *Emulator) request(method, path string, parameters url.Values) (json.RawMessage, error) {
	address := e.URL + "/emulator/" + path + "?" + parameters.Encode()
	request, err := http.NewRequest(method, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s: %s", path, response.Status, body)
	}
	return body, err
}
