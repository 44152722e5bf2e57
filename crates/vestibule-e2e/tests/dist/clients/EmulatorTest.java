import io.github.vestibule_rs.emulator.Emulator;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

class EmulatorTest {
    public static void main(String[] args) throws Exception {
        String config = args[0];
        try (Emulator emulator = Emulator.builder().config(config).start()) {
            emulator.script("fail ListAccounts twice with 503");
            check(accounts(emulator) == 503, "the fault is injected");
            emulator.heal();
            check(accounts(emulator) == 200, "heal clears the fault");
            emulator.revoke();
            check(accounts(emulator) == 401, "the token of a revoked session is rejected");
            check(emulator.query("violations").contains("[]"), "requests are as in the models");
            try {
                emulator.script("fail CreateToken with slow_dawn");
                check(false, "an unknown fault is an error");
            } catch (IllegalArgumentException error) {
                check(error.getMessage().contains("slow_dawn"), error.getMessage());
            }
        }
        try (Emulator emulator = Emulator.builder().config(config).autoApprove().start()) {
            emulator.advance(Duration.ofHours(9));
            check(accounts(emulator) == 401, "the token of an expired session is rejected");
        }
    }

    private static int accounts(Emulator emulator) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(emulator.url().resolve("/assignment/accounts"))
                        .header("x-amz-sso_bearer_token", "token-of-ann")
                        .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
