# Installs a formula of Homebrew, which is no package of Debian, with the words that this one uses.
#
# ruby formula.rb FORMULA RELEASE SYSTEM PROCESSOR PREFIX

require "digest"
require "fileutils"
require "pathname"

FORMULA, RELEASE, SYSTEM, PROCESSOR, PREFIX = ARGV

class Pathname
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      source = { source => File.basename(source) } unless source.is_a?(Hash)
      source.each { |from, to| FileUtils.cp(from, self + to) }
    end
  end
end

class Formula
  FOLDERS = {
    bin: "bin",
    share: "share",
    man1: "share/man/man1",
    bash_completion: "etc/bash_completion.d",
    zsh_completion: "share/zsh/site-functions",
    fish_completion: "share/fish/vendor_completions.d",
  }.freeze
  FOLDERS.each { |name, path| define_method(name) { Pathname.new(PREFIX) + path } }

  class << self
    attr_reader :values, :test_block

    %i[desc homepage version license url sha256].each do |name|
      define_method(name) do |value|
        @values ||= {}
        raise "#{name} is given twice" if @values.key?(name)

        @values[name] = value
      end
    end

    { on_linux: "linux", on_macos: "macos", on_arm: "arm64", on_intel: "x86_64" }.each do |name, value|
      define_method(name) { |&block| block.call if [SYSTEM, PROCESSOR].include?(value) }
    end

    def depends_on(requirement)
      raise "depends on #{requirement}" if requirement != SYSTEM.to_sym
    end

    def test(&block)
      @test_block = block
    end
  end

  def version
    self.class.values.fetch(:version)
  end

  def shell_output(command)
    output = `#{command}`
    raise "#{command}: #{$?}" unless $?.success?

    output
  end

  def assert_match(expected, text)
    raise "#{text.inspect} has no #{expected}" unless text.include?(expected)
  end
end

load FORMULA
values = Vestibule.values
archive = File.join(RELEASE, File.basename(values.fetch(:url)))
raise "another digest: #{archive}" unless Digest::SHA256.file(archive).hexdigest == values.fetch(:sha256)

unpacked = Pathname.new(PREFIX) + ".brew"
unpacked.mkpath
system("tar", "--extract", "--file", archive, "--directory", unpacked.to_s, exception: true)
formula = Vestibule.new
# Homebrew starts in the only folder of the archive.
Dir.chdir(unpacked.children.fetch(0)) { formula.install }
formula.instance_eval(&Vestibule.test_block) if PROCESSOR == "x86_64"
