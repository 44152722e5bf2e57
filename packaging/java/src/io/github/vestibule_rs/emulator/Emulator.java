package io.github.vestibule_rs.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A running emulator of AWS IAM Identity Center and STS, for tests.
 *
 * <pre>{@code
 * static Emulator emulator;
 *
 * @BeforeAll
 * static void start() {
 *     emulator = Emulator.builder().autoApprove().start();
 * }
 *
 * @AfterEach
 * void heal() {
 *     emulator.heal();
 * }
 *
 * @AfterAll
 * static void stop() {
 *     emulator.close();
 * }
 * }</pre>
 *
 * <p>The program {@code vestibule-emulator} is found on the path, or named by the variable
 * {@code VESTIBULE_EMULATOR}. It also stops when this virtual machine exits.
 */
public final class Emulator implements AutoCloseable {
    private final Process process;
    private final URI url;
    private final URI httpsUrl;
    // Never through a proxy of the system, which may be the emulator itself.
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .proxy(ProxySelector.of(null))
                    .build();

    private Emulator(Process process, String ready) {
        this.process = process;
        this.url = member(ready, "http");
        this.httpsUrl = member(ready, "https");
    }

    /** Returns the settings of an emulator that is not yet started. */
    public static Builder builder() {
        return new Builder();
    }

    /** The settings of an emulator. */
    public static final class Builder {
        private final List<String> arguments = new ArrayList<>(List.of("--until-eof"));

        private Builder() {}

        /** Reads accounts, roles, users, sessions and faults from a TOML file. */
        public Builder config(String path) {
            return arguments("--config", path);
        }

        /** Approves every sign-in. */
        public Builder autoApprove() {
            return arguments("--auto-approve");
        }

        /** Schedules a fault, such as {@code fail CreateToken with slow_down}. */
        public Builder fault(String sentence) {
            return arguments("--fault", sentence);
        }

        /** Adds arguments of the program. */
        public Builder arguments(String... added) {
            arguments.addAll(List.of(added));
            return this;
        }

        /**
         * Starts the emulator, and returns it when it accepts connections.
         *
         * @throws UncheckedIOException if it cannot be started, or exits
         */
        public Emulator start() {
            String program = System.getenv("VESTIBULE_EMULATOR");
            List<String> command = new ArrayList<>();
            command.add(program == null ? "vestibule-emulator" : program);
            command.addAll(arguments);
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start();
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8));
                String ready = reader.readLine();
                if (ready == null) {
                    throw new IOException(
                            "the emulator exited with status " + exitStatus(process));
                }
                return new Emulator(process, ready);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    /** Returns the URL for {@code AWS_ENDPOINT_URL} and {@code HTTPS_PROXY}. */
    public URI url() {
        return url;
    }

    /** Returns the URL with a certificate of the authority in the file of {@code --ca-file}. */
    public URI httpsUrl() {
        return httpsUrl;
    }

    /** Sends a command to the control API, such as {@code approve}, and returns the JSON. */
    public String control(String command, Map<String, String> parameters) {
        return request("POST", command, parameters);
    }

    /** Reads JSON from the control API, such as {@code requests} or {@code violations}. */
    public String query(String what) {
        return request("GET", what, Map.of());
    }

    /** Schedules a fault, such as {@code fail CreateToken twice with slow_down}. */
    public void script(String sentence) {
        control("script", Map.of("script", sentence));
    }

    /** Moves the emulator's clock forward, by whole seconds. */
    public void advance(Duration duration) {
        control("advance", Map.of("seconds", Long.toString(duration.toSeconds())));
    }

    /** Clears the scheduled faults. */
    public void heal() {
        control("heal", Map.of());
    }

    /** Revokes all sessions, as an administrator does. */
    public void revoke() {
        control("revoke", Map.of());
    }

    /** Stops the emulator. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        exitStatus(process);
    }

    private String request(String method, String path, Map<String, String> parameters) {
        String query =
                parameters.entrySet().stream()
                        .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                        .collect(Collectors.joining("&"));
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/emulator/" + path + "?" + query))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        try {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (300 <= response.statusCode()) {
                throw new IllegalArgumentException(path + ": " + response.body());
            }
            return response.body();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(error);
        }
    }

    private static int exitStatus(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(error);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static URI member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("the emulator printed no `" + name + "`");
        }
        return URI.create(matcher.group(1));
    }
}
