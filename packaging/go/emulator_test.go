package vestibuletest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	vestibuletest "github.com/vestibule-rs/vestibule/packaging/go"
)

const config = "testdata/emulator.toml"

func accounts(t *testing.T, emulator *vestibuletest.Emulator) int {
	t.Helper()
	request, err := http.NewRequest("GET", emulator.URL+"/assignment/accounts", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("x-amz-sso_bearer_token", "token-of-ann")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestScheduledFaultIsClearedByHeal(t *testing.T) {
	emulator := vestibuletest.Start(t, vestibuletest.Options{Config: config})
	if err := emulator.Script("fail ListAccounts twice with 503"); err != nil {
		t.Fatal(err)
	}
	if status := accounts(t, emulator); status != 503 {
		t.Error(status)
	}
	if err := emulator.Heal(); err != nil {
		t.Fatal(err)
	}
	if status := accounts(t, emulator); status != 200 {
		t.Error(status)
	}
}

func TestTokenOfRevokedOrExpiredSessionIsRejected(t *testing.T) {
	for name, end := range map[string]func(*vestibuletest.Emulator) error{
		"revoked": (*vestibuletest.Emulator).Revoke,
		"expired": func(e *vestibuletest.Emulator) error { return e.Advance(9 * time.Hour) },
	} {
		emulator := vestibuletest.Start(t, vestibuletest.Options{Config: config})
		if err := end(emulator); err != nil {
			t.Fatal(err)
		}
		if status := accounts(t, emulator); status != 401 {
			t.Error(name, status)
		}
		if violations, err := emulator.Query("violations"); err != nil || !strings.Contains(string(violations), "[]") {
			t.Error(string(violations), err)
		}
	}
}

func TestUnknownFaultIsAnErrorThatNamesIt(t *testing.T) {
	emulator := vestibuletest.Start(t, vestibuletest.Options{AutoApprove: true})
	err := emulator.Script("fail CreateToken with slow_dawn")
	if err == nil || !strings.Contains(err.Error(), "slow_dawn") {
		t.Error(err)
	}
}

func TestMissingConfigurationIsAnError(t *testing.T) {
	if _, err := vestibuletest.New(vestibuletest.Options{Config: "missing.toml"}); err == nil {
		t.Error("no error")
	}
}
